// Makes the golden files of strategic merge patch, managed fields and server-side apply: what upstream's
// own code answers. Run it in a module that requires k8s.io/kubernetes v1.37 and friends:
//
//	go build -o oracle .
//	export SPEC="$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)/api/openapi-spec/v3"
//	bun script.ts | ./oracle script > script.json
//	./oracle managed 240 90000 6 > managed.json        # sequences, first seed, steps
//	./oracle strategic 4000 50000 > strategic.json     # cases, first seed
//	bun select.ts REPOSITORY/test/golden
//
// Larger numbers make larger runs to hold klio to; the golden files keep a small, varied part.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

type kindInfo struct {
	gvk   schema.GroupVersionKind
	model string
	make  func() runtime.Object
}

var kinds = map[string]kindInfo{
	"Pod":        {corev1.SchemeGroupVersion.WithKind("Pod"), "io.k8s.api.core.v1.Pod", func() runtime.Object { return &corev1.Pod{} }},
	"Service":    {corev1.SchemeGroupVersion.WithKind("Service"), "io.k8s.api.core.v1.Service", func() runtime.Object { return &corev1.Service{} }},
	"ConfigMap":  {corev1.SchemeGroupVersion.WithKind("ConfigMap"), "io.k8s.api.core.v1.ConfigMap", func() runtime.Object { return &corev1.ConfigMap{} }},
	"Deployment": {appsv1.SchemeGroupVersion.WithKind("Deployment"), "io.k8s.api.apps.v1.Deployment", func() runtime.Object { return &appsv1.Deployment{} }},
	"Node":       {corev1.SchemeGroupVersion.WithKind("Node"), "io.k8s.api.core.v1.Node", func() runtime.Object { return &corev1.Node{} }},
	"Event":      {corev1.SchemeGroupVersion.WithKind("Event"), "io.k8s.api.core.v1.Event", func() runtime.Object { return &corev1.Event{} }},
}
var kindNames = []string{"ConfigMap", "Deployment", "Event", "Node", "Pod", "Service"}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func loadModels() map[string]*spec.Schema {
	out := map[string]*spec.Schema{}
	for _, f := range []string{"api__v1_openapi.json", "apis__apps__v1_openapi.json"} {
		b, err := os.ReadFile(filepath.Join(os.Getenv("SPEC"), f))
		check(err)
		var doc struct {
			Components struct {
				Schemas map[string]*spec.Schema `json:"schemas"`
			} `json:"components"`
		}
		check(json.Unmarshal(b, &doc))
		for k, v := range doc.Components.Schemas {
			out[k] = v
		}
	}
	return out
}

func main() {
	var err error
	tc, err = managedfields.NewTypeConverter(loadModels(), false)
	check(err)
	var count, steps int
	var seed int64
	if len(os.Args) > 3 {
		fmt.Sscan(os.Args[2], &count)
		fmt.Sscan(os.Args[3], &seed)
	}
	if len(os.Args) > 4 {
		fmt.Sscan(os.Args[4], &steps)
	}
	all := []any{}
	for i := 0; i < count; i++ {
		kind := kindNames[i%len(kindNames)]
		if os.Args[1] == "managed" {
			all = append(all, sequence(kind, seed+int64(i), steps))
		} else if c := stable(func() map[string]any { return strategicCase(kind, seed+int64(i)) }); c != nil {
			all = append(all, c)
		}
	}
	if os.Args[1] == "script" {
		playScripts()
		return
	}
	check(json.NewEncoder(os.Stdout).Encode(all))
}
