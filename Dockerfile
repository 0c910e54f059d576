ARG BASE=python:3.13-slim
FROM ${BASE}

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    STATIC_ROOT=/srv/plumb/staticfiles \
    MEDIA_ROOT=/srv/plumb/media

RUN useradd --system --uid 10001 --home-dir /srv/plumb --shell /usr/sbin/nologin plumb
WORKDIR /srv/plumb

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# Static files are named by their content, so they belong to the image; no server is asked for them.
RUN SECRET_KEY=a-key-for-this-step-only-which-signs-nothing-0123456789 \
    DATABASE_URL=postgres://nobody@127.0.0.1:9/none \
    REDIS_URL=redis://127.0.0.1:9/0 \
    python manage.py collectstatic --no-input \
    && mkdir -p media && chown plumb:plumb media

USER plumb
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-c", "import http.client, os, sys; \
        name = os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('*.') or 'localhost'; \
        web = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); \
        web.request('GET', '/readyz', headers={'Host': name}); \
        sys.exit(web.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
CMD ["gunicorn", "nps_project.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--workers", "2", "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "10000", "--max-requests-jitter", "1000"]
