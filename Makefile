# Every verb is three lines or a script in deploy/. `make help` lists them.
PY := .venv/bin/python
BIN := .venv/bin
TESTS ?= tests
# Two workers, a module never split: its browser or service is started once.
TWO := -n 2 --dist loadfile

help:      ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/	/'

demo:      ## set up, then a server, one simulated kiosk and a page with both sides (CARD=vpcd: the true PC/SC stack)
	@bash deploy/setup.sh demo $(CARD)
	@$(PY) -m deploy.demo $(if $(CARD),--card $(CARD)) $(if $(PORT),--port $(PORT))

test:      ## set up, then everything: pure, contracts, adapters, stories in a real browser
	@bash deploy/setup.sh test
	@$(BIN)/pytest $(TWO) $(TESTS)

pure:      ## the fast part: what needs no browser, socket or card service
	@$(BIN)/pytest $(TWO) -m "not browser and not pcsc and not slow and not deep" $(TESTS)

deep:      ## what takes too long for every day: ten times the hostile cards
	@$(BIN)/pytest -m deep $(TESTS)

check:     ## format, lint, types, imports, browser types, generated files
	@bash deploy/setup.sh test
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@node_modules/.bin/pyright && $(BIN)/lint-imports
	@node_modules/.bin/tsc -p . && $(PY) -m server.protocol.generate --check

bench:     ## measure; a table and JSON
	@bash deploy/setup.sh test
	@$(PY) -m tests.bench $(ARGS)

generate:  ## protocol/js from the messages
	@$(PY) -m server.protocol.generate

vendor:    ## browser libraries from node_modules into ignored folders
	@$(PY) deploy/vendor.py

speech:    ## record the kiosk's sentences anew after a change of words (needs the extra "speech")
	@$(PY) -m deploy.speech

lock:      ## hash-pinned requirements, without addresses (needs uv)
	@uv pip compile pyproject.toml --extra server --extra kiosk --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o deploy/locks/run.txt
	@uv pip compile pyproject.toml --extra server --extra kiosk --extra card --extra gpio --extra dev -c deploy/locks/run.txt --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o deploy/locks/dev.txt

.PHONY: speech help demo test pure deep check bench generate vendor lock
