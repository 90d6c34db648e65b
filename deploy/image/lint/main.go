// Parses Dockerfiles and prints what the linter of BuildKit has against them, as a build would. Exit code 1: something.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func lint(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	var found []string
	rules := linter.New(&linter.Config{Warn: func(rule, description, url, message string, at []parser.Range) {
		found = append(found, rule+": "+message)
	}})
	stages, _, err := instructions.Parse(parsed.AST, rules)
	if err != nil {
		return err
	}
	if len(stages) != 2 {
		found = append(found, fmt.Sprintf("%d stages and not 2", len(stages)))
	}
	for _, warning := range parsed.Warnings {
		found = append(found, warning.Short)
	}
	if len(found) > 0 {
		return fmt.Errorf("%v", found)
	}
	return nil
}

func main() {
	for _, name := range os.Args[1:] {
		if err := lint(name); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
	}
}
