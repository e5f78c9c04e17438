// Sequences of creates, updates and applies by several managers, as the real field manager answers them.

package main

import (
	"fmt"
	"math/rand"
	"reflect"
	"sort"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

type conv struct{}

func (conv) Convert(in, out, ctx any) error { return fmt.Errorf("no") }
func (conv) ConvertToVersion(in runtime.Object, gv runtime.GroupVersioner) (runtime.Object, error) {
	if u, ok := in.(*unstructured.Unstructured); ok {
		k := kinds[u.GetKind()]
		o := k.make()
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, o); err != nil {
			return nil, err
		}
		o.GetObjectKind().SetGroupVersionKind(k.gvk)
		return o, nil
	}
	return in, nil
}
func (conv) ConvertFieldLabel(gvk schema.GroupVersionKind, l, v string) (string, string, error) {
	return l, v, nil
}

type defaulter struct{}

func (defaulter) Default(runtime.Object) {}

type creater struct{}

func (creater) New(gvk schema.GroupVersionKind) (runtime.Object, error) {
	o := kinds[gvk.Kind].make()
	o.GetObjectKind().SetGroupVersionKind(gvk)
	return o, nil
}

var tc managedfields.TypeConverter

func manager(kind, sub string) *managedfields.FieldManager {
	gvk := kinds[kind].gvk
	reset := fieldpath.NewSet(fieldpath.MakePathOrDie("status"))
	if sub == "status" {
		reset = fieldpath.NewSet(fieldpath.MakePathOrDie("spec"), fieldpath.MakePathOrDie("metadata", "deletionTimestamp"), fieldpath.MakePathOrDie("metadata", "ownerReferences"))
	}
	var filters map[fieldpath.APIVersion]fieldpath.Filter
	if kind != "ConfigMap" && kind != "Event" {
		filters = fieldpath.NewExcludeFilterSetMap(map[fieldpath.APIVersion]*fieldpath.Set{fieldpath.APIVersion(gvk.GroupVersion().String()): reset})
	}
	m, err := managedfields.NewDefaultFieldManager(tc, conv{}, defaulter{}, creater{}, gvk, gvk.GroupVersion(), sub, filters)
	check(err)
	return m
}

type step struct {
	Op      string `json:"op"` // create, update, apply
	Manager string `json:"manager"`
	Sub     string `json:"sub,omitempty"`
	Force   bool   `json:"force,omitempty"`
	Time    string `json:"time"`
	Object  any    `json:"object,omitempty"` // sent
	Result  any    `json:"result,omitempty"` // for apply
	Same    bool   `json:"same,omitempty"`
	Managed any    `json:"managed,omitempty"` // after
	Error   any    `json:"error,omitempty"`
}

func restamp(o runtime.Object, now time.Time) []metav1.ManagedFieldsEntry {
	a, _ := meta.Accessor(o)
	m := a.GetManagedFields()
	for i := range m {
		if m[i].Time != nil && m[i].Time.Time.Year() > 2021 {
			t := metav1.Time{Time: now}
			m[i].Time = &t
		}
	}
	a.SetManagedFields(m)
	return m
}

func clean(o runtime.Object) map[string]any {
	c := o.DeepCopyObject()
	a, _ := meta.Accessor(c)
	a.SetManagedFields(nil)
	return toMap(c)
}

// compact managed: list of entries with fieldsV1 as raw
func errorOf(err error) any {
	if s, ok := err.(interface{ Status() metav1.Status }); ok {
		return toMap(s.Status())
	}
	return err.Error()
}

// a random part of an object as an apply configuration
func partial(v any, depth int, keep float64, key map[string]bool) any {
	switch t := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, k := range sortedKeys(t) {
			if key[k] || depth < 2 && (k == "spec" || k == "metadata" || k == "template") || rnd.Float64() < keep {
				out[k] = partial(t[k], depth+1, keep, map[string]bool{"name": true, "type": true, "port": true, "containerPort": true, "protocol": true, "mountPath": true, "uid": true, "ip": true, "devicePath": true, "topologyKey": true, "whenUnsatisfiable": true, "key": true, "resizePolicy": true, "resourceName": true})
			}
		}
		return out
	case []any:
		out := []any{}
		for _, e := range t {
			if rnd.Float64() < keep+0.2 {
				out = append(out, partial(e, depth+1, keep, map[string]bool{"name": true, "type": true, "port": true, "containerPort": true, "protocol": true, "mountPath": true, "uid": true, "ip": true, "devicePath": true, "topologyKey": true, "whenUnsatisfiable": true, "key": true, "resourceName": true}))
			}
		}
		return out
	}
	return v
}

func sortedKeys(m map[string]any) []string {
	out := []string{}
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func sequence(kind string, seed int64, steps int) map[string]any {
	rnd = rand.New(rand.NewSource(seed))
	base := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	var live runtime.Object
	out := []step{}
	managers := []string{"kubectl", "web-ui", "kubelet", "ctl"}
	for i := 0; i < steps; i++ {
		now := base.Add(time.Duration(i+1) * time.Minute)
		s := step{Time: now.Format(time.RFC3339), Manager: managers[pick(len(managers))]}
		apply := pick(2) == 0
		if live == nil {
			empty, _ := creater{}.New(kinds[kind].gvk)
			if pick(3) == 0 {
				apply = true
				live = empty
			} else {
				o := newObject(kind)
				a, _ := meta.Accessor(o)
				a.SetUID("")
				s.Op = "create"
				s.Object = clean(o)
				r, err := manager(kind, "").Update(empty, o, s.Manager)
				check(err)
				s.Managed = restamp(r, now)
				live = r
				a, _ = meta.Accessor(live)
				a.SetUID("u1")
				out = append(out, s)
				continue
			}
		}
		if !apply {
			s.Op = "update"
			if pick(3) == 0 && kind != "ConfigMap" && kind != "Event" {
				s.Sub = "status"
			}
			p := 0.25
			if pick(4) == 0 {
				p = 0
			}
			o := mutated(kind, live, p)
			if pick(6) == 0 {
				// remove something: take an older shape
				o = mutated(kind, o, 0.7)
			}
			a, _ := meta.Accessor(o)
			a.SetManagedFields(nil)
			s.Object = clean(o)
			r, err := manager(kind, s.Sub).Update(live, o, s.Manager)
			check(err)
			s.Managed = restamp(r, now)
			live = r
			out = append(out, s)
			continue
		}
		s.Op = "apply"
		s.Force = pick(3) == 0
		src := newObject(kind)
		if pick(3) > 0 {
			src = mutated(kind, live, 0.3)
		}
		a, _ := meta.Accessor(src)
		a.SetManagedFields(nil)
		a.SetUID("")
		pm := partial(toMap(src), 0, 0.6, map[string]bool{"apiVersion": true, "kind": true, "metadata": true}).(map[string]any)
		pm["apiVersion"], pm["kind"] = kinds[kind].gvk.ToAPIVersionAndKind()
		md, _ := pm["metadata"].(map[string]any)
		if md == nil {
			md = map[string]any{}
			pm["metadata"] = md
		}
		md["name"] = "n"
		md["namespace"] = "default"
		delete(md, "uid")
		delete(pm, "status")
		s.Object = pm
		cp := toMap(pm)
		r, err := manager(kind, "").Apply(live, &unstructured.Unstructured{Object: ints(cp).(map[string]any)}, s.Manager, s.Force)
		if err != nil {
			s.Error = errorOf(err)
			out = append(out, s)
			a, _ := meta.Accessor(live)
			if a.GetUID() == "" {
				live = nil
			}
			continue
		}
		res := clean(r)
		if reflect.DeepEqual(res, clean(live)) {
			s.Same = true
		} else {
			s.Result = res
		}
		s.Managed = restamp(r, now)
		live = r
		a, _ = meta.Accessor(live)
		a.SetUID("u1")
		out = append(out, s)
	}
	return map[string]any{"kind": kind, "seed": seed, "steps": out}
}

func ints(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k := range t {
			t[k] = ints(t[k])
		}
	case []any:
		for i := range t {
			t[i] = ints(t[i])
		}
	case float64:
		if t == float64(int64(t)) {
			return int64(t)
		}
	}
	return v
}
