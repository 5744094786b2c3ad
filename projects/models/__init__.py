"""The mine and what it reports."""

from projects.models.accords import Accord, AccordMine, AccordPromise
from projects.models.announced import AnnouncedInvestment
from projects.models.assessment_steps import AssessmentStep
from projects.models.assessments import AssessmentCondition, ImpactAssessment, RequiredReport
from projects.models.census import CensusShare
from projects.models.closure import ClosureGuarantee, ClosureRequirement, ReclamationReport
from projects.models.closure_plans import ClosurePlan, OperationState, RemainingDuty
from projects.models.committee_findings import CommitteeFinding
from projects.models.complaints import ComplaintStep, ComplaintSummary, EnvironmentalComplaint
from projects.models.employment import Disclosure, EmploymentReturn
from projects.models.erasures import Erasure
from projects.models.expected import ExpectedCount
from projects.models.exploration import ExplorationWorks
from projects.models.finance import Financing
from projects.models.foreign_posts import ForeignPost
from projects.models.holdings import ChainMember, Holding
from projects.models.identity import CalledOtherwise, Concession, MineName, OrganisationIdentifier, OrganisationName
from projects.models.inspections import Inspection, InspectionFinding, Sanction
from projects.models.intake import ColumnMemory, ImportBatch, ImportRow
from projects.models.joint_ventures import AgreedShare, FigureBasis
from projects.models.methods import MethodInUse
from projects.models.monitoring import MonitoringResult, MonitoringStation, RequiredSamples
from projects.models.monitoring_summary import EnvironmentalLimit, MonitoringSummary
from projects.models.outlines import Outline
from projects.models.places import Area, Boundary, Population
from projects.models.production import ProductionReturn
from projects.models.projects import Mineral, OwnershipStake, PhasePeriod, Project, ProjectAssignment
from projects.models.purchases import ProcurementReturn
from projects.models.sources import Evidence, Source
from projects.models.statistics import EmploymentStatistic
from projects.models.supplier_calls import SupplierCall
from projects.models.training import TrainingReturn

__all__ = [
    "Accord",
    "AccordMine",
    "AccordPromise",
    "AgreedShare",
    "AnnouncedInvestment",
    "Area",
    "AssessmentCondition",
    "AssessmentStep",
    "Boundary",
    "CensusShare",
    "ClosureGuarantee",
    "ClosurePlan",
    "CommitteeFinding",
    "ClosureRequirement",
    "CalledOtherwise",
    "ChainMember",
    "ColumnMemory",
    "ComplaintStep",
    "ComplaintSummary",
    "Concession",
    "Disclosure",
    "EmploymentReturn",
    "EmploymentStatistic",
    "EnvironmentalComplaint",
    "Erasure",
    "Evidence",
    "ExpectedCount",
    "Financing",
    "FigureBasis",
    "ForeignPost",
    "ExplorationWorks",
    "Holding",
    "ImpactAssessment",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "InspectionFinding",
    "MineName",
    "Mineral",
    "OrganisationIdentifier",
    "OrganisationName",
    "MonitoringStation",
    "OperationState",
    "Outline",
    "OwnershipStake",
    "PhasePeriod",
    "ProcurementReturn",
    "ProductionReturn",
    "Population",
    "Project",
    "ProjectAssignment",
    "RequiredReport",
    "Sanction",
    "ReclamationReport",
    "RemainingDuty",
    "RequiredSamples",
    "Source",
    "MethodInUse",
    "SupplierCall",
    "TrainingReturn",
    "EnvironmentalLimit",
    "MonitoringResult",
    "MonitoringSummary",
]
