"""Scorecards, reviews and publications are append-only."""

from django.db import migrations

from accounts.append_only import only_append


class Migration(migrations.Migration):
    """What was computed, decided and published stays."""

    dependencies = [("compliance", "0001_initial"), ("accounts", "0002_audit_trail_only_grows")]
    operations = [
        only_append("compliance_policyframework"),
        only_append("compliance_policy"),
        only_append("compliance_indicator"),
        only_append("compliance_scorecard"),
        only_append("compliance_review"),
        only_append("compliance_publication"),
        only_append("compliance_publishedplace"),
    ]
