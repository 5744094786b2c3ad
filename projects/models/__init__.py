"""The mine and what it reports."""

from projects.models.assessments import AssessmentCondition, ImpactAssessment, RequiredReport
from projects.models.closure import ClosureGuarantee, ClosureRequirement, ReclamationReport
from projects.models.employment import Disclosure, EmploymentReturn
from projects.models.erasures import Erasure
from projects.models.expected import ExpectedCount
from projects.models.exploration import ExplorationWorks
from projects.models.holdings import ChainMember, Holding
from projects.models.inspections import Inspection, Sanction
from projects.models.intake import ColumnMemory, ImportBatch, ImportRow
from projects.models.places import Area
from projects.models.projects import Mineral, OwnershipStake, PhasePeriod, Project, ProjectAssignment
from projects.models.purchases import ProcurementReturn
from projects.models.sources import Evidence, Source

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
    "ExplorationWorks",
    "Holding",
    "ImpactAssessment",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "Mineral",
    "OwnershipStake",
    "PhasePeriod",
    "ProcurementReturn",
    "Project",
    "ProjectAssignment",
    "RequiredReport",
    "Sanction",
    "ReclamationReport",
    "Source",
]
