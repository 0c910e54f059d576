from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import clock
from onboarding import asking_line, circumstances, hindrances, pipeline
from onboarding.readers import READS


@require_safe
@never_cache
@permission_required(READS, raise_exception=True)
def show_pipeline(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    known = circumstances.read(now)
    found = hindrances.find(known)
    content = {
        "known": known,
        "line": asking_line.of(known, found),
        "others": [other for other in found[1:] if other.gravity is not hindrances.Gravity.NOTED],
        "stages": pipeline.read(known, found, now),
    }
    return render(request, "onboarding/pipeline.html", content)
