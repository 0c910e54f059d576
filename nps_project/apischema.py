"""How the schema of the API is written (drf-spectacular)."""

from typing import Any

SPECTACULAR: dict[str, Any] = {
    "TITLE": "Plumb API",
    "DESCRIPTION": "Feed contacts, companies, deals and touchpoints to Plumb, and read what customers answer.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "crm.api.schema.forbid_unknown_fields",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ConsentStatus": "crm.models.Consent.Status",
        "DealStatus": "crm.models.Deal.Status",
        "TouchpointKind": "crm.models.Touchpoint.Kind",
        "SizeBand": "crm.models.Company.SizeBand",
        "OptOutReason": "crm.models.Contact.OptOut",
    },
}
