package main

import (
	"encoding/json"
	"os"
	"sort"
	"strings"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	_ "k8s.io/kubernetes/pkg/features"
)

// writeGates lists the feature gates with their stage and whether they are on by default.
func writeGates(path string) {
	all := utilfeature.DefaultMutableFeatureGate.GetAll()
	names := []string{}
	for name := range all {
		// AllAlpha and AllBeta stand for others.
		if !strings.HasPrefix(string(name), "All") || len(name) > len("AllAlpha") {
			names = append(names, string(name))
		}
	}
	sort.Strings(names)
	var out strings.Builder
	for _, name := range names {
		for gate, spec := range all {
			if string(gate) == name {
				text, err := json.Marshal([]any{name, string(spec.PreRelease), utilfeature.DefaultFeatureGate.Enabled(gate)})
				check(err)
				out.WriteString(string(text) + "\n")
			}
		}
	}
	check(os.WriteFile(path, []byte(out.String()), 0o644))
}
