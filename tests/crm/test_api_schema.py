"""Requests made up from the schema, right and wrong, against the whole WSGI application."""

from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.services import issue_client_key
from crm.api.throttles import ClientKeyThrottle
from nps_project.wsgi import application
from tests.factories import ContactFactory, ResponseFactory, UserFactory

schema = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.yaml")
schema.app = application


@pytest.fixture
def key(db, monkeypatch):
    monkeypatch.setattr(ClientKeyThrottle, "THROTTLE_RATES", {"client_key": None})
    ContactFactory(source="hubspot", external_id="1")
    UserFactory(email="olena@plumb.example")
    ResponseFactory()
    # The application closes what it believes to be its own connection, as Django's test client must prevent too.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield issue_client_key(name="HubSpot", source="hubspot", scopes=["write", "all_answers", "personal"])[1]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_the_api(case, key):
    response = case.call(headers={"Authorization": f"Bearer {key}"})

    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
        ],
    )
