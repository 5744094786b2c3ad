"""The mine and what it reports."""

from projects.models.assessments import AssessmentCondition, ImpactAssessment
from projects.models.closure import ClosureGuarantee, ClosureRequirement, ReclamationReport
from projects.models.employment import Disclosure, EmploymentReturn
from projects.models.erasures import Erasure
from projects.models.expected import ExpectedCount
from projects.models.holdings import ChainMember, Holding
from projects.models.inspections import Inspection, Sanction
from projects.models.intake import ColumnMemory, ImportBatch, ImportRow
from projects.models.places import Area
from projects.models.projects import Mineral, OwnershipStake, PhasePeriod, Project, ProjectAssignment
from projects.models.purchases import ProcurementReturn
from projects.models.sources import Evidence, Source
from projects.models.water import MonitoringStation, RequiredSamples, WaterSample
from projects.models.water_summary import WaterLimit, WaterSummary

__all__ = [
    "Area",
    "AssessmentCondition",
    "ClosureGuarantee",
    "ClosureRequirement",
    "ChainMember",
    "ColumnMemory",
    "Disclosure",
    "EmploymentReturn",
    "Erasure",
    "Evidence",
    "ExpectedCount",
    "Holding",
    "ImpactAssessment",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "Mineral",
    "MonitoringStation",
    "OwnershipStake",
    "PhasePeriod",
    "ProcurementReturn",
    "Project",
    "ProjectAssignment",
    "Sanction",
    "ReclamationReport",
    "RequiredSamples",
    "Source",
    "WaterLimit",
    "WaterSample",
    "WaterSummary",
]
