"""How Meta refuses: {"error": {…}} with a code of its own."""

from tests.fakes.provider import Refusal

TITLES = {
    100: "Invalid parameter",
    190: "Error validating access token: Session has expired",
    130429: "Rate limit hit",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131050: "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132015: "Template is paused",
    132016: "Template is disabled",
}


def error(code, details="", *, subcode=None):
    title = TITLES.get(code, "Something went wrong")
    told = {"message": f"(#{code}) {title}", "type": "OAuthException", "code": code, "fbtrace_id": "Az8or2yhqkZfEZ"}
    if details:
        told["error_data"] = {"messaging_product": "whatsapp", "details": details}
    if subcode:
        told["error_subcode"] = subcode
    return {"error": told}


def refusal(code, details="", *, status=400, subcode=None, headers=()):
    return Refusal(status, error(code, details, subcode=subcode), headers)


def failure(code, details=""):
    """Return one of the errors of a status."""
    title = TITLES.get(code, "Something went wrong")
    return {"code": code, "title": title, "message": title, "error_data": {"details": details or title}}
