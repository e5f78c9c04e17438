// Strategic merge patches, sound and spoiled, as apimachinery applies them.

package main

import (
	"encoding/json"
	"fmt"
	"math/rand"

	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func strategicCase(kind string, seed int64) map[string]any {
	rnd = rand.New(rand.NewSource(seed))
	a := newObject(kind)
	b := mutated(kind, a, 0.35)
	aj, _ := json.Marshal(a)
	bj, _ := json.Marshal(b)
	var patch []byte
	var err error
	cur := aj
	if pick(2) == 0 {
		patch, err = strategicpatch.CreateTwoWayMergePatch(aj, bj, kinds[kind].make())
		if pick(2) == 0 {
			cj, _ := json.Marshal(mutated(kind, a, 0.3))
			cur = cj
		}
	} else {
		cj, _ := json.Marshal(mutated(kind, a, 0.3))
		pm, e2 := strategicpatch.NewPatchMetaFromStruct(kinds[kind].make())
		check(e2)
		patch, err = strategicpatch.CreateThreeWayMergePatch(aj, bj, cj, pm, true)
		cur = cj
	}
	if err != nil {
		return nil
	}
	if pick(3) == 0 {
		patch = vandalise(patch)
	}
	return applyStrategic(kind, cur, patch)
}

func vandalise(p []byte) []byte {
	m := map[string]any{}
	check(json.Unmarshal(p, &m))
	var walk func(v any)
	walk = func(v any) {
		switch t := v.(type) {
		case map[string]any:
			for _, k := range sortedKeys(t) {
				walk(t[k])
				if pick(14) == 0 {
					switch pick(5) {
					case 0:
						delete(t, k)
					case 1:
						t[k] = nil
					case 2:
						t[k] = "str"
					case 3:
						if l, ok := t[k].([]any); ok && len(l) > 1 {
							l[0], l[1] = l[1], l[0]
						}
					case 4:
						t["$patch"] = []any{"delete", "replace", "merge", "odd", 1}[pick(5)]
					}
				}
			}
		case []any:
			for _, e := range t {
				walk(e)
			}
		}
	}
	walk(m)
	b, _ := json.Marshal(m)
	return b
}

func applyStrategic(kind string, cur, patch []byte) (out map[string]any) {
	cm, pm := map[string]any{}, map[string]any{}
	check(json.Unmarshal(cur, &cm))
	check(json.Unmarshal(patch, &pm))
	out = map[string]any{"kind": kind, "object": toMap(cm), "patch": toMap(pm)}
	defer func() {
		if r := recover(); r != nil {
			out["panic"] = fmt.Sprint(r)
		}
	}()
	res, err := strategicpatch.StrategicMergeMapPatch(ints(cm).(map[string]any), ints(pm).(map[string]any), kinds[kind].make())
	if err != nil {
		out["error"] = err.Error()
		return out
	}
	// what reaches the typed object
	out["result"] = map[string]any(res)
	return out
}

func stable(f func() map[string]any) map[string]any {
	// Go maps are walked in random order: keep a case only when twelve runs agree
	var first []byte
	var out map[string]any
	for i := 0; i < 12; i++ {
		c := f()
		b, _ := json.Marshal(c)
		if first == nil {
			first, out = b, c
		} else if string(b) != string(first) {
			return nil
		}
	}
	return out
}
