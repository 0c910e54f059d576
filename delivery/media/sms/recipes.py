"""Descriptions of gateways for GenericGateway, ready to be copied into a gateway's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Recipe:
    label: str
    settings: Mapping[str, Any]


RECIPES = {
    # github.com/smsclub/php, the samples of the provider
    "smsclub": Recipe(
        "SMS Club",
        {
            "url": "https://im.smsclub.mobi/sms/send",
            "method": "POST",
            "headers": {"Authorization": "Bearer {secret}"},
            "format": "json",
            "body": '{"phone": ["{digits}"], "message": "{text}", "src_addr": "{sender}"}',
            "ok_path": "success_request.info.#",
            "id_path": "success_request.info.#",
            "error_path": "success_request.add_info.#",
            "status_url": "https://im.smsclub.mobi/sms/status",
            "status_body": '{"id_sms": ["{id}"]}',
            "status_path": "success_request.info.{id}",
            "status_delivered": ["DELIVRD"],
            "status_failed": ["EXPIRED", "UNDELIV", "REJECTD"],
        },
    ),
    # docs.alphasms.ua/api/json; the ID is our own
    "alphasms": Recipe(
        "AlphaSMS",
        {
            "url": "https://alphasms.ua/api/json.php",
            "method": "POST",
            "format": "json",
            "body": (
                '{"auth": "{secret}", "data": [{"type": "sms", "id": "{number}", "phone": "{digits:int}",'
                ' "sms_signature": "{sender}", "sms_message": "{text}"}]}'
            ),
            "ok_path": "success data.0.success",
            "ok_value": "true",
            "id_path": "data.0.data.id",
            "error_path": "data.0.error",
            "errors_account": ["Error in Alpha-name"],
            "status_url": "https://alphasms.ua/api/json.php",
            "status_body": '{"auth": "{secret}", "data": [{"type": "status", "id": "{id:int}"}]}',
            "status_path": "data.*.data.status",
            "status_id_path": "data.*.data.id",
            "status_delivered": ["DELIVERED", "READ", "REPLIED"],
            "status_failed": [
                "EXPIRED", "UNDELIVERABLE", "REJECTED", "NO ROUTE", "SIM FULL", "INVALID SOURCE ADDRESS", "FILTERED",
                "DELETED",
            ],
            "status_dead": ["INVALID DESTINATION ADDRESS"],
        },
    ),
}  # fmt: skip
