# Shortcuts for work on the program. docs/development.md explains each.
PYTHON := .venv/bin/python

.PHONY: setup dev test test-fast lint

setup:  ## Make .venv with everything, and install the git hooks.
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	.venv/bin/prek install

dev:  ## A server that reloads, with the demo account. http://127.0.0.1:8000
	$(PYTHON) manage.py migrate --verbosity=0
	$(PYTHON) manage.py sync_guide
	$(PYTHON) manage.py shell --no-imports --command "from config.ops import demo; print(demo.make())"
	$(PYTHON) manage.py runserver

test:  ## The whole suite, browsers included.
	$(PYTHON) -m pytest

test-fast:  ## Without browsers, servers and other databases.
	$(PYTHON) -m pytest tests/accounts tests/checkins tests/guide tests/roadmap tests/test_site.py tests/test_forms.py

lint:  ## What .ci/run checks before the tests.
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	npm install --silent --no-package-lock --no-audit --no-fund && npm run --silent lint
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1 --check
	.venv/bin/mypy .
	$(PYTHON) manage.py makemigrations --check --dry-run
