"""The one table of who gets what at which address; an address that is not in it fails the tests.

It repeats `accounts/roles.py` and the `visible_to` of every model on purpose, in other words: a line lost on
either side shows as a difference between what is said here and what the product does.
"""

from __future__ import annotations

from dataclasses import dataclass

from compliance.public_pages.sections import PAGES
from tests.kinds import kinds_with_files

People = frozenset[str]


def people(*names: str) -> People:
    """A set of parts of the cast."""
    return frozenset(names)


MONITORS = people("monitor", "stranger")
REVIEWERS = people("reviewer", "second_reviewer")
OVERSEERS = people("administrator", "auditor")
WITH_ROLE = MONITORS | REVIEWERS | OVERSEERS | people("operator")
EVERYBODY = WITH_ROLE | people("nobody")
ADMINISTRATOR = people("administrator")
READ_IMPORTS = MONITORS | OVERSEERS
ENTER = MONITORS | people("operator")
WITHDRAW = ENTER | ADMINISTRATOR
READ_ANSWERS = WITH_ROLE - people("operator")
ASK_FOR_SCORECARDS = MONITORS | REVIEWERS | ADMINISTRATOR

OWN = WITH_ROLE - people("stranger")
OTHER = people("stranger") | OVERSEERS
SEES: dict[str, dict[str, People]] = {
    "": {"": EVERYBODY},
    "project": {"own": OWN, "other": OTHER, "absent": people()},
    "project of mine": {"own": people("monitor"), "other": people("stranger"), "absent": people()},
    "table": {"own": OWN, "other": OTHER, "absent": people(), "no table": people()},
    "record": {"own": OWN, "other": OTHER, "absent": people(), "other behind own": people()},
    "record of mine": {
        "own": people("monitor"),
        "other": people("stranger"),
        "absent": people(),
        "other behind own": people(),
    },
    "record to withdraw": {
        "own": people("monitor", "administrator"),
        "other": people("stranger", "administrator"),
        "absent": people(),
        "other behind own": people(),
    },
    "source to erase": {
        "own": people("monitor", "administrator"),
        "other": people("stranger", "administrator"),
        "absent": people(),
    },
    "project to withdraw": {
        "own": people("monitor", "administrator"),
        "other": people("stranger", "administrator"),
        "absent": people(),
    },
    "community": {"own": OWN, "other": OTHER | REVIEWERS, "absent": people()},
    "community to withdraw": {
        "own": people("monitor", "administrator"),
        "other": people("stranger", "administrator"),
        "absent": people(),
    },
    "community of mine": {"own": people("monitor"), "other": people("stranger"), "absent": people()},
    "token": {
        "own": people("monitor", "administrator"),
        "other": people("stranger", "administrator"),
        "absent": people(),
    },
    "row to merge": {"known": EVERYBODY, "absent": people()},
    "merge": {"absent": people()},
    "section of the start page": {"known": EVERYBODY, "absent": people()},
    "list": {"known": EVERYBODY, "absent": people()},
    "row of a list": {"known": EVERYBODY, "absent": people()},
    "kind of record": {"known": EVERYBODY, "absent": people()},
    "evidence": {"own": OWN, "other": OTHER, "absent": people()},
    "original": {"own": people("monitor") | REVIEWERS, "other": people("stranger"), "absent": people()},
    "payment": {"own": OWN, "other": OTHER, "absent": people()},
    "payment of mine": {"own": people("monitor"), "other": people("stranger"), "absent": people()},
    "side": {
        "own, payer": OWN,
        "own, recipient": OWN - people("operator"),
        "own, no such side": people(),
        "other, payer": OTHER,
        "absent, payer": people(),
    },
    "scorecard": {"own": OWN, "other": OTHER, "absent": people()},
    "import": {"own": people("monitor") | OVERSEERS, "other": people("stranger") | OVERSEERS, "absent": people()},
    "import target": {"known": EVERYBODY, "absent": people()},
    "failed run": {
        "own": people("monitor") | OVERSEERS,
        "other": people("stranger") | OVERSEERS,
        "absent": people(),
    },
    "exemption": {"own": OWN, "other": OTHER, "absent": people()},
    "follower": {"own": EVERYBODY, "other": EVERYBODY, "absent": people(), "other behind own": people()},
    "person": {"known": EVERYBODY, "absent": people()},
    "membership": {"known": EVERYBODY, "absent": people()},
    "role request": {"known": ADMINISTRATOR, "absent": people()},
    "proposal": {"known": ADMINISTRATOR, "absent": people()},
    "notice": {"own": people("monitor"), "other": people("stranger"), "absent": people()},
    "subject of a framework": {"own": OWN, "other": OTHER, "absent": people()},
    "answer": {"own": OWN, "other": OTHER, "absent": people()},
    "publication": {"known": ADMINISTRATOR | REVIEWERS, "absent": people()},
}
"""Who sees which of the objects that an address may name; the rest get the page of an address that is not there."""


@dataclass(frozen=True)
class Rule:
    """Who may read and who may post at an address, about which objects; None: there is no such method (405)."""

    get: People | None = None
    post: People | None = None
    sees: str = ""
    refused_there: People = frozenset()
    """Who is refused once the object is known to be one that they may not enter."""


def reads(who: People, sees: str = "") -> Rule:
    """A page."""
    return Rule(who, None, sees)


def posts(who: People, sees: str = "") -> Rule:
    """A button."""
    return Rule(None, who, sees)


def form(who: People, sees: str = "") -> Rule:
    """A page with a form."""
    return Rule(who, who, sees)


SIGNED_IN: dict[str, Rule] = {
    "desk": reads(EVERYBODY),
    "start-section": reads(WITH_ROLE, "section of the start page"),
    "search": reads(WITH_ROLE),
    "projects:list": reads(WITH_ROLE),
    "projects:add": form(MONITORS),
    "merging:merge": form(ADMINISTRATOR, "row to merge"),
    "merging:undo": form(ADMINISTRATOR, "merge"),
    "lists:list": reads(WITH_ROLE, "list"),
    "lists:add": Rule(WITH_ROLE, WITH_ROLE, "list", refused_there=WITH_ROLE - MONITORS - ADMINISTRATOR),
    "lists:row": reads(WITH_ROLE, "row of a list"),
    "lists:amend": form(ADMINISTRATOR, "row of a list"),
    "projects:page": reads(WITH_ROLE, "project"),
    "projects:followers": form(ADMINISTRATOR, "project"),
    "projects:unfollow": posts(ADMINISTRATOR, "follower"),
    "projects:verify": posts(REVIEWERS, "project"),
    "projects:amend": form(MONITORS, "project of mine"),
    "projects:withdraw": form(WITHDRAW, "project to withdraw"),
    "projects:restore": form(WITHDRAW, "project to withdraw"),
    "records:evidence": reads(WITH_ROLE, "evidence"),
    "records:erase": form(WITHDRAW, "source to erase"),
    "records:original": reads(WITH_ROLE, "original"),
    "records:list": reads(WITH_ROLE, "project"),
    "records:add": form(ENTER, "project"),
    "records:periods": reads(ENTER, "table"),
    "records:grid": form(ENTER, "table"),
    "records:page": reads(WITH_ROLE, "record"),
    "records:amend": form(ENTER, "record of mine"),
    "records:verify": posts(REVIEWERS, "record"),
    "records:verify-anywhere": posts(REVIEWERS, "community"),
    "records:withdraw": form(WITHDRAW, "record to withdraw"),
    "records:restore": form(WITHDRAW, "record to withdraw"),
    "records:list-anywhere": reads(WITH_ROLE, "kind of record"),
    "records:add-anywhere": Rule(ENTER, ENTER, "kind of record", refused_there=people("operator")),
    "records:page-anywhere": reads(WITH_ROLE, "community"),
    "records:amend-anywhere": form(ENTER, "community of mine"),
    "records:withdraw-anywhere": form(WITHDRAW, "community to withdraw"),
    "records:restore-anywhere": form(WITHDRAW, "community to withdraw"),
    "ledger:all": reads(WITH_ROLE),
    "ledger:page": reads(WITH_ROLE, "payment"),
    "ledger:withdraw": form(MONITORS, "payment of mine"),
    "ledger:state": form(ENTER, "side"),
    "ledger:list": reads(WITH_ROLE, "project"),
    "ledger:add": form(ENTER, "project"),
    "reviews:queue": reads(WITH_ROLE),
    "reviews:scorecard": reads(WITH_ROLE, "scorecard"),
    "reviews:trail": reads(WITH_ROLE, "scorecard"),
    "reviews:accept-rest": form(REVIEWERS, "scorecard"),
    "reviews:approve": form(REVIEWERS, "scorecard"),
    "reviews:keep": form(REVIEWERS, "scorecard"),
    "reviews:reopen": form(REVIEWERS, "scorecard"),
    "reviews:rules": form(REVIEWERS, "scorecard"),
    "reviews:return": form(REVIEWERS, "scorecard"),
    "reviews:publish": form(REVIEWERS, "scorecard"),
    "reviews:small-numbers": reads(REVIEWERS | people("auditor"), "scorecard"),
    "reviews:line": reads(WITH_ROLE, "scorecard"),
    "reviews:decide": form(REVIEWERS, "scorecard"),
    "reviews:reply": form(people("operator"), "scorecard"),
    "reviews:frameworks": reads(READ_ANSWERS),
    "reviews:sheet": reads(READ_ANSWERS, "subject of a framework"),
    "reviews:give-answers": form(REVIEWERS, "subject of a framework"),
    "reviews:answer": reads(READ_ANSWERS, "answer"),
    "reviews:subject": reads(READ_ANSWERS, "subject of a framework"),
    "reviews:exemptions": reads(WITH_ROLE),
    "reviews:exemption-approve": posts(REVIEWERS, "exemption"),
    "reviews:of-project": reads(WITH_ROLE, "project"),
    "reviews:owners": reads(WITH_ROLE, "project"),
    "reviews:again": posts(ASK_FOR_SCORECARDS, "project"),
    "reviews:publications": reads(WITH_ROLE, "project"),
    "reviews:take-down": form(REVIEWERS | ADMINISTRATOR, "publication"),
    "reviews:runs": reads(WITH_ROLE),
    "status": reads(ADMINISTRATOR),
    "reviews:evaluate-all": posts(ASK_FOR_SCORECARDS),
    "reviews:run-all-again": posts(ASK_FOR_SCORECARDS),
    "reviews:run-again": posts(ASK_FOR_SCORECARDS, "failed run"),
    "people:own": form(EVERYBODY),
    "people:sign-out-everywhere": posts(EVERYBODY),
    "people:tokens": form(EVERYBODY),
    "people:token-revoke": posts(EVERYBODY, "token"),
    "people:list": reads(OVERSEERS),
    "people:invite": form(ADMINISTRATOR),
    "people:invitations": reads(OVERSEERS),
    "people:invitation": form(ADMINISTRATOR, "person"),
    "people:person": Rule(OVERSEERS, ADMINISTRATOR, "person"),
    "people:sign-out": posts(ADMINISTRATOR, "person"),
    "people:deactivate": posts(ADMINISTRATOR, "person"),
    "people:reactivate": posts(ADMINISTRATOR, "person"),
    "people:second-factor": form(ADMINISTRATOR, "person"),
    "people:role-requests": reads(ADMINISTRATOR | REVIEWERS),
    "people:role-request": reads(ADMINISTRATOR | REVIEWERS, "role request"),
    "people:role-confirm": posts(ADMINISTRATOR | REVIEWERS, "role request"),
    "people:role-refuse": posts(ADMINISTRATOR | REVIEWERS, "role request"),
    "people:role-end": posts(ADMINISTRATOR, "membership"),
    "people:proposals": reads(ENTER | REVIEWERS | ADMINISTRATOR),
    "people:proposal": reads(ENTER | REVIEWERS | ADMINISTRATOR, "proposal"),
    "people:proposal-confirm": posts(ENTER | REVIEWERS | ADMINISTRATOR, "proposal"),
    "people:proposal-refuse": posts(ENTER | REVIEWERS | ADMINISTRATOR, "proposal"),
    "people:notices": reads(EVERYBODY),
    "people:notices-read": posts(EVERYBODY),
    "people:notice-choices": form(EVERYBODY),
    "people:notice": reads(EVERYBODY, "notice"),
    "people:audit": reads(OVERSEERS),
    "imports:list": reads(READ_IMPORTS),
    "imports:upload": form(MONITORS),
    "imports:template": reads(MONITORS, "import target"),
    "imports:page": reads(READ_IMPORTS, "import"),
    "imports:columns": form(MONITORS, "import"),
    "imports:rows": form(MONITORS, "import"),
    "imports:errors": reads(READ_IMPORTS, "import"),
    "imports:confirm": form(MONITORS, "import"),
    "imports:undo": form(MONITORS, "import"),
    "imports:drop": form(MONITORS, "import"),
    "imports:retry": form(MONITORS, "import"),
    "imports:progress": reads(READ_IMPORTS, "import"),
}
"""Pages behind sign-in. Anonymous: to the sign-in page. Not listed: 403. Listed and not seen: 404."""

KINDS = kinds_with_files().items()
REPORTED_BY_COMPANIES = (
    *("assessments", "conditions", "employment", "disclosures", "commitments", "exemptions"),
    *(code for code, file in KINDS if file.BY_COMPANIES),
)
FOR_MONITORS = (
    *("phases", "stakes", "communities", "influence", "agreements", "obligations"),
    *(code for code, file in KINDS if not file.BY_COMPANIES),
)
SEES |= {f"record of {code}": SEES["scorecard"] for code in (*REPORTED_BY_COMPANIES, *FOR_MONITORS)}
PRIVATE = ("environmental-complaints", "complaint-steps")
"""Kinds of which a company's own people see nothing."""
SEES |= {
    f"record of {code}": {case: seen - people("operator") for case, seen in SEES["scorecard"].items()}
    for code in PRIVATE
}
OF_NO_MINE = ("employment-statistics",)
"""Kinds that tell of no mine of ours, and that whoever has a role sees."""
SEES |= {
    f"record of {code}": {case: WITH_ROLE if seen else seen for case, seen in SEES["scorecard"].items()}
    for code in OF_NO_MINE
}

API: dict[str, Rule] = {
    "api:projects": Rule(WITH_ROLE, people()),
    "api:scorecards": Rule(WITH_ROLE, people()),
    "api:answers": Rule(READ_ANSWERS, people()),
    "api:disbursements": Rule(WITH_ROLE, ENTER),
    **{f"api:records-{code}": Rule(WITH_ROLE, ENTER) for code in REPORTED_BY_COMPANIES},
    **{f"api:records-{code}": Rule(WITH_ROLE, MONITORS) for code in FOR_MONITORS},
    **{
        f"api:record-{code}": Rule(WITH_ROLE, people(), "community" if code == "communities" else f"record of {code}")
        for code in (*REPORTED_BY_COMPANIES, *FOR_MONITORS)
    },
}
"""The signed-in part of the API: 403 for whoever is not listed, anonymous included; a method of nobody's is 403."""

PUBLIC: dict[str, str] = {
    "": "",
    "livez": "",
    "readyz": "",
    "schema": "",
    "public:home": "",
    "public:projects": "",
    "public:project": "project",
    "public:dossier": "project",
    **{f"public:{page.name}": "project" for page in PAGES},
    "public:project_json": "project and year",
    "public:project_csv": "project and year",
    "public:bundle": "project and year",
    "public:owners_bods": "project and year",
    "public:section_csv": "table of a project and year",
    "public:monitoring": "project",
    "public:monitoring_station": "station",
    "public:monitoring_series": "parameter at a station",
    "public:monitoring_csv": "parameter at a station",
    "public:communities": "",
    "public:community": "community",
    "public:areas": "",
    "public:area": "area",
    "public:area_csv": "area",
    "public:minerals": "",
    "public:mineral": "mineral",
    "public:owner_countries": "",
    "public:authorities": "",
    "public:owner_country": "country of owners",
    "public:verify": "",
    "public:chain_csv": "",
    "public:how_we_grade": "",
    "public:frameworks": "",
    "public:framework": "shipped framework",
    "api:publications": "",
    "api:takedowns": "",
    "api:publication": "publication",
    "api:framework": "framework",
}
"""Anybody reads these, without session or cookie; what is not published is not there."""

FOR_MACHINES = people("metrics")
"""For whoever brings a token of the environment, and for nobody else, whoever they are."""

OPEN_DOORS = people(
    "account_login",
    "account_logout",
    "account_inactive",
    "account_invitation",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
)
"""The pages on the way in; they show nothing of anybody."""

OWN_DOORS = people(
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
)
"""allauth's pages about one's own account; anonymous: to the sign-in page."""

RULES_BY_GROUP = (SIGNED_IN, API, PUBLIC, FOR_MACHINES, OPEN_DOORS, OWN_DOORS)
