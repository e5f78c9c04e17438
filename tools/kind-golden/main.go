// Makes test/golden/<kind>/*: what upstream's own strategies answer. Run it in a module that requires
// k8s.io/kubernetes v1.37 and friends:
//
//	go build -trimpath -o oracle .
//	./oracle REPOSITORY/test/golden job cronjob
//	./oracle shapes REPOSITORY/src/resources/generated/internal-shapes.txt
//	./oracle gates REPOSITORY/src/resources/generated/feature-gates.txt
//	./oracle fairness REPOSITORY/src/resources/generated/bootstrap-fairness.txt
//
// It reads N.in.yaml and N.old.yaml of each kind, and `more.yaml` of this folder's `cases`, whose rows
// ({of, update, part, change}) ask what one changed value does not show. It writes N.out.yaml, and
// creates.yaml and updates.yaml: changes of one value each that upstream refuses or warns of.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

type answer struct {
	Object   any      `json:"object"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
	Cells    []any    `json:"cells"`
}

type row struct {
	Of       int      `json:"of"`
	Update   bool     `json:"update,omitempty"`
	Part     string   `json:"part,omitempty"`
	Change   []step   `json:"change"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings,omitempty"`
}

// Rows of one kind and file: one of each error text, and no more than fit a review.
const rowsMax = 160

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	if os.Args[1] == "shapes" {
		writeShapes(os.Args[2])
		return
	}
	if os.Args[1] == "gates" {
		writeGates(os.Args[2])
		return
	}
	if os.Args[1] == "fairness" {
		writeFairness(os.Args[2])
		return
	}
	root := os.Args[1]
	for _, kind := range os.Args[2:] {
		golden(filepath.Join(root, kind), kind)
	}
}

func golden(dir, kind string) {
	rules, found := strategies[kind]
	if !found {
		panic("no strategy for " + kind)
	}
	var creates, updates []row
	for n := 1; exists(dir, n, "in"); n++ {
		in := read(dir, n, "in")
		out, err := rules.create(in)
		check(err)
		write(filepath.Join(dir, fmt.Sprintf("%d.out.yaml", n)), out)
		for _, change := range mutations(in, []string{"spec", "status", "data", "webhooks"}) {
			creates = tryRow(creates, row{Of: n, Change: change}, in, in, rules)
		}
	}
	for n := 1; exists(dir, n, "old"); n++ {
		old := read(dir, n, "old")
		for _, change := range mutations(old, []string{"spec"}) {
			updates = tryRow(updates, row{Of: n, Update: true, Change: change}, old, old, rules)
		}
		if rules.status != nil {
			for _, change := range mutations(old, []string{"status"}) {
				updates = tryRow(updates, row{Of: n, Update: true, Part: "status", Change: change}, old, old, rules)
			}
		}
	}
	for _, more := range moreCases(kind) {
		file := map[bool]string{true: "old", false: "in"}[more.Update]
		base := read(dir, more.Of, file)
		got := answerRow(more, base, base, rules)
		if got == nil {
			panic(fmt.Sprintf("%s: %v cannot be decoded", kind, more.Change))
		}
		if more.Update {
			updates = append(updates, *got)
		} else {
			creates = append(creates, *got)
		}
	}
	writeRows(filepath.Join(dir, "creates.yaml"), creates)
	writeRows(filepath.Join(dir, "updates.yaml"), updates)
	fmt.Println(kind, len(creates), len(updates))
}

// tryRow adds the row when upstream has something to say that no row says yet.
func tryRow(rows []row, ask row, base, old any, rules kindRules) []row {
	if len(rows) >= rowsMax {
		return rows
	}
	got := answerRow(ask, base, old, rules)
	if got == nil || len(got.Errors)+len(got.Warnings) == 0 {
		return rows
	}
	for _, other := range rows {
		if other.Part == got.Part && same(other.Errors, got.Errors) && same(other.Warnings, got.Warnings) {
			return rows
		}
	}
	return append(rows, *got)
}

func answerRow(ask row, base, old any, rules kindRules) *row {
	changed, ok := apply(base, ask.Change)
	if !ok {
		return nil
	}
	got, err := ask.put(changed, old, rules)
	if err != nil {
		return nil
	}
	ask.Errors, ask.Warnings = got.Errors, got.Warnings
	return &ask
}

// put asks upstream. A panic there is no answer: the real server would say 500.
func (ask row) put(changed, old any, rules kindRules) (got answer, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	if ask.Update {
		return rules.update(changed, old, ask.Part)
	}
	return rules.create(changed)
}

var (
	index = regexp.MustCompile(`\[\d+\]`)
	value = regexp.MustCompile(`^([^:]*: (Invalid|Unsupported|Duplicate) value: )(\{.*\\}|"([^"\\]|\\.)*"|-?\d+)`)
)

// same ignores which item of a list is meant and which value is wrong: a rule is shown once.
func same(a, b []string) bool {
	return ruleOf(a) == ruleOf(b)
}

func ruleOf(errors []string) string {
	rules := make([]string, len(errors))
	for i, text := range errors {
		rules[i] = value.ReplaceAllString(index.ReplaceAllString(text, "[]"), "$1")
	}
	return strings.Join(rules, "\n")
}

func moreCases(kind string) []row {
	text, err := os.ReadFile(filepath.Join("cases", kind+".yaml"))
	if err != nil {
		return nil
	}
	var rows []row
	check(yaml.Unmarshal(text, &rows))
	return rows
}

func exists(dir string, n int, what string) bool {
	_, err := os.Stat(filepath.Join(dir, fmt.Sprintf("%d.%s.yaml", n, what)))
	return err == nil
}

func read(dir string, n int, what string) any {
	text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.%s.yaml", n, what)))
	check(err)
	var value any
	check(yaml.Unmarshal(text, &value))
	return value
}

func write(path string, value any) {
	text, err := yaml.Marshal(value)
	check(err)
	check(os.WriteFile(path, text, 0o644))
}

// writeRows writes one row a line, as JSON, which YAML reads.
func writeRows(path string, rows []row) {
	var out strings.Builder
	for _, r := range rows {
		r.Update = false
		sort.Strings(r.Errors)
		if r.Errors == nil {
			r.Errors = []string{}
		}
		var text strings.Builder
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(r))
		out.WriteString("- " + text.String())
	}
	if len(rows) == 0 {
		out.WriteString("[]\n")
	}
	check(os.WriteFile(path, []byte(out.String()), 0o644))
}
