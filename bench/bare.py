"""The baselines of bench.answering (one SELECT, one INSERT), bench.texting (one INSERT), bench.widget (one SELECT)."""

import hashlib

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

TABLES = """
CREATE TABLE bare_link (id bigint PRIMARY KEY, token_hash bytea NOT NULL UNIQUE);
CREATE TABLE bare_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, link_id bigint NOT NULL REFERENCES bare_link,
    score smallint NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO bare_link SELECT id, token_hash FROM surveys_invitation;
"""


@csrf_exempt
def answer(request, token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM bare_link WHERE token_hash = %s", [hashlib.sha256(token.encode()).digest()])
        (link_id,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO bare_answer (link_id, score) VALUES (%s, %s)", [link_id, int(request.POST["score"])]
        )
    return HttpResponse("Thank you")


@csrf_exempt
def receipt(request):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_receipt (sid, status) VALUES (%s, %s)",
            [request.POST["MessageSid"], request.POST["MessageStatus"]],
        )
    return HttpResponse(status=204)


def look(_request, token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM bare_link WHERE token_hash = %s", [hashlib.sha256(token.encode()).digest()])
        (link_id,) = cursor.fetchone()
    return JsonResponse({"link": link_id})


urlpatterns = [path("s/<str:token>/", answer), path("receipt/", receipt), path("w/<str:token>/", look)]
