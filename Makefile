# Plain go commands with a name. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help build test unit lab peer bench fuzz docs cross check

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

build: ## the program, as one static binary without cgo
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o whynot ./cmd/whynot

test: ## every test; installs what the lab needs
	./test.sh

unit: ## the tests that need no rights
	go test ./cmd/... ./internal/...

lab: ## the lab and its table (root); LAB=dir takes other scenarios
	cd lab && LAB_TABLE=/dev/stdout LAB_REQUIRED=1 go test -count=1 -run TestLab

peer: ## the lab, with nmap scored beside (root, needs nmap; takes long)
	cd lab && LAB_TABLE=/dev/stdout LAB_REQUIRED=1 LAB_NMAP=1 go test -count=1 -timeout 90m -run TestLab

bench: ## the figures of docs/benchmarks.md (root, needs nmap)
	go test ./lab -run '^$$' -bench . -benchtime 20x

FUZZTIME ?= 10s
fuzz: ## each fuzz test for FUZZTIME
	@grep -rho '^func Fuzz[A-Za-z]*' --include='*_test.go' internal lab | sort -u | cut -c6- | while read -r f; do \
		p=$$(grep -rl "^func $$f(" --include='*_test.go' internal lab); \
		echo "$$f"; go test ./$$(dirname $$p) -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) || exit 1; done

docs: ## write docs/causes and the manual page anew
	go generate ./...

cross: ## build for macOS and Windows
	GOOS=darwin CGO_ENABLED=0 go build -o /dev/null ./cmd/whynot
	GOOS=windows CGO_ENABLED=0 go build -o /dev/null ./cmd/whynot

check: ## what CI checks
	.ci/run
