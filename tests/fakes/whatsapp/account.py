"""What Meta knows of a business: its templates, and how they become approved."""

import itertools
import re

from tests.fakes.whatsapp.refusals import refusal

BLANK = re.compile(r"\{\{(\d+)\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
LONGEST_BODY, LONGEST_LABEL, MOST_BUTTONS = 1024, 25, 10


class TemplateShelf:
    """`templates`: by name and language. Handed in they are `PENDING`, or what `decides` says of a draft."""

    def __init__(self, **options):
        self.templates, self.decides = {}, lambda draft: ("PENDING", draft["category"])
        self._template_ids = itertools.count(9001)
        super().__init__(**options)

    def approve(self, name=None, language=None, *, category=None, tells=False):
        """Let templates be approved, all by default; Meta may have another opinion of their category."""
        return self._decide(name, language, "APPROVED", tells=tells, category=category)

    def reject(self, name=None, language=None, *, reason="INVALID_FORMAT", tells=False):
        return self._decide(name, language, "REJECTED", tells=tells, reason=reason)

    def pause(self, name=None, language=None, *, tells=False):
        return self._decide(name, language, "PAUSED", tells=tells)

    def disable(self, name=None, language=None, *, tells=False):
        return self._decide(name, language, "DISABLED", tells=tells)

    def _decide(self, name, language, status, *, tells, category=None, reason="NONE"):
        chosen = [t for t in self.templates.values() if name in (None, t["name"]) and language in (None, t["language"])]
        for template in chosen:
            template["status"], template["rejected_reason"] = status, reason
            template["category"] = category or template["category"]
            if tells:
                self.tell_of_template(template, status, reason)
        return chosen

    def tell_of_template(self, template, status, reason="NONE", **options):
        value = {
            "event": status,
            "message_template_id": int(template["id"]),
            "message_template_name": template["name"],
            "message_template_language": template["language"],
            "reason": reason,
        }
        return self.tell_change("message_template_status_update", value, **options)

    def handed_in(self, draft):
        name, language = str(draft.get("name") or ""), str(draft.get("language") or "")
        if not NAME.fullmatch(name) or not language:
            raise refusal(100, "name and language are required, the name in small letters")
        if draft.get("category") not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
            raise refusal(100, "category must be one of UTILITY, MARKETING, AUTHENTICATION")
        if (name, language) in self.templates:
            raise refusal(100, "There is already content in this language for this template", subcode=2388024)
        self._check(draft.get("components") or [])
        status, category = self.decides(draft)
        template = {
            "id": str(next(self._template_ids)),
            "name": name,
            "language": language,
            "status": status,
            "category": category,
            "rejected_reason": "NONE",
            "quality_score": {"score": "UNKNOWN"},
            "components": draft["components"],
        }
        self.templates[name, language] = template
        return {"id": template["id"], "status": status, "category": category}

    def listed(self, query):
        """Return a page; its cursor is the place of the next one."""
        start, limit = int(query.get("after") or 0), int(query.get("limit") or 25)
        known = list(self.templates.values())
        fields = {"id", *str(query.get("fields") or "name,language,status").split(",")}
        page = [{name: t[name] for name in t if name in fields} for t in known[start : start + limit]]
        paging = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(known):
            paging["next"] = "https://graph.facebook.com/next"
        return {"data": page, "paging": paging}

    def _check(self, components):
        bodies = [c for c in components if c.get("type") == "BODY"]
        if len(bodies) != 1:
            raise refusal(100, "exactly one BODY is required")
        text = bodies[0].get("text", "")
        blanks = BLANK.findall(text)
        if not text or len(text) > LONGEST_BODY:
            raise refusal(100, f"the body has 1 to {LONGEST_BODY} characters")
        if blanks and (text.startswith("{{") or text.endswith("}}")):
            raise refusal(100, "Variables can't be at the start or end of the template", subcode=2388299)
        if blanks and len(bodies[0].get("example", {}).get("body_text", [[]])[0]) != len(blanks):
            raise refusal(100, "an example is required for each variable", subcode=2388043)
        for component in components:
            if component.get("type") == "BUTTONS":
                self._check_buttons(component.get("buttons") or [])

    def _check_buttons(self, buttons):
        kinds = [button.get("type") for button in buttons]
        grouped = [kind for kind, _group in itertools.groupby(kinds, key=lambda kind: kind == "QUICK_REPLY")]
        if not 1 <= len(buttons) <= MOST_BUTTONS or kinds.count("URL") > 2 or len(grouped) > 2:
            raise refusal(100, "at most 10 buttons, 2 of them links, quick replies together", subcode=2388060)
        for button in buttons:
            if not 1 <= len(button.get("text", "")) <= LONGEST_LABEL:
                raise refusal(100, f"a label has 1 to {LONGEST_LABEL} characters")
            url = button.get("url", "")
            if button["type"] == "URL" and not url.startswith(("https://", "http://")):
                raise refusal(100, "the link must be a web address")
            if "{{" in url and (not url.endswith("{{1}}") or url.count("{{") > 1 or not button.get("example")):
                raise refusal(100, "one variable at the end of the link, with an example")
