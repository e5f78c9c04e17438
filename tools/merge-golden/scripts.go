// Sequences that a person wrote (script.ts), answered by the real field manager.

package main

import (
	"encoding/json"
	"os"
	"reflect"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

func playScripts() {
	var in []struct {
		Name  string `json:"name"`
		Kind  string `json:"kind"`
		Steps []struct {
			Op      string                      `json:"op"`
			Manager string                      `json:"manager"`
			Sub     string                      `json:"sub"`
			Force   bool                        `json:"force"`
			Object  map[string]any              `json:"object"`
			Forget  bool                        `json:"forget"`
			Sent    []metav1.ManagedFieldsEntry `json:"sent"`
		} `json:"steps"`
	}
	check(json.NewDecoder(os.Stdin).Decode(&in))
	outs := []any{}
	for _, c := range in {
		live, _ := creater{}.New(kinds[c.Kind].gvk)
		out := []any{}
		base := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, st := range c.Steps {
			now := base.Add(time.Duration(i+1) * time.Minute)
			o := map[string]any{"op": st.Op, "manager": st.Manager, "time": now.Format(time.RFC3339), "object": toMap(st.Object)}
			if st.Sub != "" {
				o["sub"] = st.Sub
			}
			if st.Force {
				o["force"] = true
			}
			if st.Sent != nil {
				o["sent"] = st.Sent
			}
			if st.Forget {
				o["forget"] = true
				a, _ := meta.Accessor(live)
				a.SetManagedFields(nil)
			}
			u := &unstructured.Unstructured{Object: ints(toMap(st.Object)).(map[string]any)}
			var r runtime.Object
			var err error
			if st.Op == "apply" {
				r, err = manager(c.Kind, st.Sub).Apply(live, u, st.Manager, st.Force)
			} else {
				var typed runtime.Object
				typed, err = conv{}.ConvertToVersion(u, nil)
				check(err)
				a, _ := meta.Accessor(typed)
				if st.Sent != nil {
					a.SetManagedFields(st.Sent)
				}
				r, err = manager(c.Kind, st.Sub).Update(live, typed, st.Manager)
			}
			if err != nil {
				o["error"] = errorOf(err)
				out = append(out, o)
				continue
			}
			res := clean(r)
			if st.Op == "apply" {
				if reflect.DeepEqual(res, clean(live)) {
					o["same"] = true
				} else {
					o["result"] = res
				}
			}
			o["managed"] = restamp(r, now)
			live = r
			a, _ := meta.Accessor(live)
			a.SetUID("u1")
			out = append(out, o)
		}
		outs = append(outs, map[string]any{"name": c.Name, "kind": c.Kind, "steps": out})
	}
	json.NewEncoder(os.Stdout).Encode(outs)
}
