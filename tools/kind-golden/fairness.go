package main

import (
	"encoding/json"
	"os"
	"strings"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
)

// writeFairness lists the FlowSchemas and PriorityLevelConfigurations that every cluster begins with.
func writeFairness(path string) {
	var out strings.Builder
	add := func(mandatory bool, kind, name string, annotations map[string]string, spec any) {
		text, err := json.Marshal([]any{mandatory, kind, name, annotations, spec})
		check(err)
		out.WriteString(string(text) + "\n")
	}
	level := func(mandatory bool, each *flowcontrolv1.PriorityLevelConfiguration) {
		add(mandatory, "PriorityLevelConfiguration", each.Name, each.Annotations, each.Spec)
	}
	flow := func(mandatory bool, each *flowcontrolv1.FlowSchema) {
		add(mandatory, "FlowSchema", each.Name, each.Annotations, each.Spec)
	}
	for _, each := range bootstrap.MandatoryPriorityLevelConfigurations {
		level(true, each)
	}
	for _, each := range bootstrap.SuggestedPriorityLevelConfigurations {
		level(false, each)
	}
	for _, each := range bootstrap.MandatoryFlowSchemas {
		flow(true, each)
	}
	for _, each := range bootstrap.SuggestedFlowSchemas {
		flow(false, each)
	}
	check(os.WriteFile(path, []byte(out.String()), 0o644))
}
