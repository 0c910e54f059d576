# Each target works in a fresh clone with nothing but Python 3.11 or newer and make.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
# The one without windows is the same engine and takes two thirds of the work.
CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome)
BIN := .venv/bin
GROUND := $(BIN)/python -m workshop.ground
MANAGE := $(BIN)/python manage.py
LANGUAGES := uk ru lt
SITE := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# Settings for work on the code, and settings as in production for the checks of them.
SECRET := not-a-secret-but-long-and-mixed-enough-for-the-checks-0123456789
NO_SERVERS := DATABASE_URL=postgres://nobody@127.0.0.1:9/none REDIS_URL=redis://127.0.0.1:9/0
DEVELOPMENT := SECRET_KEY=$(SECRET) DEBUG=1 ALLOWED_HOSTS='*' BASE_URL=http://127.0.0.1:8000 \
	EMAIL_URL=smtp://127.0.0.1:8025 CHROMIUM='$(CHROMIUM)'
PRODUCTION := $(NO_SERVERS) SECRET_KEY=$(SECRET) DEBUG=0 ALLOWED_HOSTS=plumb.example BASE_URL=https://plumb.example

.PHONY: help demo test lint docs pictures smoke e2e bench chaos soak dump mutants mutation secrets image pins compose-test audit sbom nightly schema messages lock clean python demo-venv dev-venv

help: ## Say what the targets do
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1#\2/p' Makefile | tr '#' '\t' | expand -t 22

demo: demo-venv ## Start Plumb with a demo company and everything it needs; Ctrl-C stops it
	@exec $(BIN)/python -m demo.up

test: dev-venv ## Run every test that needs no browser; ARGS are passed to pytest, such as a path
	@$(GROUND) -- env $(DEVELOPMENT) $(BIN)/pytest -n 2 --ignore tests/e2e $(or $(ARGS),tests)

lint: dev-venv ## Check style, layers, types, templates, migrations, settings, the API schema and the links of the docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@git ls-files -z -- '*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	@env $(NO_SERVERS) $(DEVELOPMENT) $(BIN)/mypy .
	@env $(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@$(GROUND) -- env $(DEVELOPMENT) $(MANAGE) makemigrations --check --dry-run
	@mkdir -p .local && env $(PRODUCTION) $(MANAGE) spectacular --validate --fail-on-warn --file .local/openapi.yaml
	@diff -u docs/openapi.yaml .local/openapi.yaml || { echo 'docs/openapi.yaml is out of date: make schema'; exit 1; }
	@$(SITE) && echo 'The site of the docs is built; every link leads somewhere.'

docs: dev-venv ## Build the documentation as a site in .local/site; a link that leads nowhere stops it
	@$(SITE) && echo 'Open .local/site/index.html, or with search: $(BIN)/python -m http.server -d .local/site 8027'

pictures: dev-venv ## Take the pictures of the docs anew from a demo of its own (needs Chromium)
	@CHROMIUM='$(CHROMIUM)' $(BIN)/python -m demo.pictures

smoke: dev-venv ## Walk the main job once through the whole stack, as separate processes
	@exec $(BIN)/python -m rehearsal.smoke

e2e: dev-venv ## Walk the pages in a real browser; ARGS are passed to pytest
	@test -n '$(CHROMIUM)' || { echo 'There is no Chromium; install it (Debian: apt install chromium-headless-shell) or set CHROMIUM=/path/to/it.'; exit 1; }
	@$(GROUND) --dir .local/e2e -- env $(DEVELOPMENT) DJANGO_ALLOW_ASYNC_UNSAFE=1 \
		$(BIN)/pytest -n 2 $(or $(ARGS),tests/e2e)

chaos: dev-venv ## Break everything while deals are in flight, then count; ARGS such as --deals 200 --seconds 40
	@exec $(BIN)/python -m rehearsal.chaos $(ARGS)

soak: dev-venv ## Let a kiosk stand without a network for half an hour, then count; ARGS such as --minutes 2
	@CHROMIUM='$(CHROMIUM)' exec $(BIN)/python -m rehearsal.kiosk $(ARGS)

mutants: dev-venv ## Make known mistakes one by one and see that tests notice; ARGS are names of tests/mutants
	@$(GROUND) --dir .local/mutants -- env $(DEVELOPMENT) sh -c '$(MANAGE) migrate -v0 && exec $(BIN)/python -m workshop.mutants $(ARGS)'

mutation: dev-venv ## Mutate the pure modules by mutmut and list what no test notices
	@env $(NO_SERVERS) $(DEVELOPMENT) $(BIN)/python -m workshop.mutation

bench: dev-venv ## Measure the speed of the main paths against bare baselines
	@$(GROUND) --dir .local/bench --durable -- env $(DEVELOPMENT) DEBUG=0 PLAIN_HTTP=1 ALLOWED_HOSTS=127.0.0.1,localhost $(BIN)/python -m bench.run $(ARGS)

secrets: python ## Write .env with every secret that the containers need; asks, unless HOST=… says where Plumb is reached
	@$(PYTHON) -m workshop.envfile $(if $(HOST),'$(HOST)')

image: python ## Build the container image with docker, podman or buildah; ARGS such as --tag plumb:1
	@exec $(PYTHON) -m rehearsal.compose.images $(ARGS)

pins: python ## Pin the images of the containers by their content, in docker-compose.pins.yml
	@exec $(PYTHON) -m rehearsal.compose.pins $(ARGS)

compose-test: dev-venv ## Bring the containers up, walk the main job through the proxy over TLS, restart each
	@exec $(BIN)/python -m rehearsal.compose.drill $(ARGS)

audit: python ## Look up known faults of the pinned packages, where the service that knows them answers
	@$(PYTHON) -m workshop.dependencies audit

sbom: python ## Write the bill of materials (CycloneDX) of the image's packages to .local/plumb.cdx.json
	@$(PYTHON) -m workshop.dependencies sbom

nightly: ## Run the long drills: known faults of packages, mutants, the containers, everything broken in flight, a kiosk offline
	@$(MAKE) --no-print-directory audit
	@$(MAKE) --no-print-directory mutants
	@$(MAKE) --no-print-directory compose-test
	@$(MAKE) --no-print-directory chaos
	@$(MAKE) --no-print-directory soak

dump: dev-venv ## Keep a dump of this version with data in tests/upgrades, for later migrations to be tried on
	@mkdir -p tests/upgrades && $(GROUND) --dir .local/dump -- env $(DEVELOPMENT) $(BIN)/python -m workshop.dump \
		tests/upgrades/$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml).dump

schema: dev-venv ## Write docs/openapi.yaml anew
	@env $(PRODUCTION) $(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: dev-venv ## Collect the strings to translate and compile the translations (needs gettext)
	@env $(NO_SERVERS) $(DEVELOPMENT) $(MANAGE) makemessages $(LANGUAGES:%=-l %) --no-obsolete --no-location \
		-i '.venv/*' -i '.local/*' -i 'tests/*'
	@$(BIN)/python -m workshop.customerwords
	@env $(NO_SERVERS) $(DEVELOPMENT) $(MANAGE) compilemessages $(LANGUAGES:%=-l %) -i '.venv'

# The lock files pin every package with its hashes and name no server.
LOCK = uv pip compile pyproject.toml $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' --quiet
lock: ## Write the three lock files from pyproject.toml (needs uv); UPGRADE=--upgrade takes newer versions
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra demo --output-file requirements-demo.lock
	$(LOCK) --extra demo --group dev --output-file requirements-dev.lock

clean: ## Remove everything the other targets made, the demo's data too
	@test -z '$(PYTHON)' || $(PYTHON) -m workshop.clean

python:
	@test -n '$(PYTHON)' || { echo 'Plumb needs Python 3.11 or newer; install it or name it: make PYTHON=/path/to/python3 …'; exit 1; }

demo-venv: python
	@$(PYTHON) -m workshop.venv requirements-demo.lock

dev-venv: python
	@$(PYTHON) -m workshop.venv requirements-dev.lock
