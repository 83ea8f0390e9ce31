# Everything one does with this repository. `make` alone prints what there is.

GO       ?= go
SEEDS    ?= 20
PAYMENTS ?= 100000
FUZZTIME ?= 30
LDFLAGS  := -s -w
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help build run demo test check lint generate sim sim-payments bench race fuzz ratchet clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the binary, static and small, in bin/portico
	$(GO) build -trimpath -ldflags="$(LDFLAGS)" -o bin/portico ./cmd/portico

demo: ## a company with a year of history on 127.0.0.1:8420 (needs Go only)
	$(GO) run ./cmd/portico demo

run: ## serve ./portico-data on 127.0.0.1:8420
	$(GO) run ./cmd/portico serve --data ./portico-data

test: ## everything: both databases, the browser, Stripe's own clients
	@scripts/packages.sh
	@scripts/with-postgres.sh scripts/test.sh

check: ## the quick half, before a commit: format, vet, house rules, the pure rooms
	@scripts/gofmt.sh
	@$(GO) vet ./...
	@$(GO) test ./internal/archtest ./internal/money ./internal/calendar ./internal/billing \
		./internal/pricing ./internal/discounting ./internal/taxing ./internal/proration \
		./internal/dunning ./internal/ledger ./internal/invoicing ./internal/lifecycle \
		./internal/i18n/...
	@echo "portico: checked"

lint: ## golangci-lint, with the settings of .golangci.yaml (install it yourself)
	golangci-lint run

generate: ## pages, message keys, the parameter table, the map in docs
	$(GO) tool templ generate -path internal
	$(GO) generate ./internal/i18n ./internal/api/params ./internal/api
	$(GO) test ./internal/archtest -run 'Map|Machines' -update

sim: ## lives of random billing with faults and crashes, on both engines; SEEDS=n
	@# A life that goes wrong prints how to live through it again, and -shrink shortens it.
	scripts/with-postgres.sh $(GO) test ./internal/sim -count 1 -timeout 6h -run TestSeeds -v \
		-args -seeds $(SEEDS)

sim-payments: ## 100,000 invoices per engine through a faulty gateway: none paid twice, none lost
	TMPDIR=/dev/shm AUTOVACUUM=on scripts/with-postgres.sh $(GO) test ./internal/sim -count 1 \
		-timeout 3h -run TestPayments -v -args -payments $(PAYMENTS)

bench: ## the table of docs/performance.md: each deed beside the limit of this machine
	@GO="$(GO)" scripts/with-postgres.sh scripts/bench.sh

race: ## the Go tests under the race detector (needs a C compiler)
	@CGO_ENABLED=1 scripts/with-postgres.sh $(GO) test -race -p 1 -timeout 60m ./...

fuzz: ## every fuzz test for FUZZTIME seconds
	@scripts/fuzz.sh $(FUZZTIME)

ratchet: ## enter in internal/archtest/ratchet.txt what has become smaller
	$(GO) test ./internal/archtest -run Ratchet -update

clean: ## remove what the other targets made
	rm -rf bin e2e/screenshots
