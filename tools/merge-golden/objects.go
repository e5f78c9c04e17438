// Random objects, and what can happen to them.

package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var (
	tTime   = reflect.TypeOf(metav1.Time{})
	tMicro  = reflect.TypeOf(metav1.MicroTime{})
	tQty    = reflect.TypeOf(resource.Quantity{})
	tIOS    = reflect.TypeOf(intstr.IntOrString{})
	tFields = reflect.TypeOf(metav1.FieldsV1{})
	tRaw    = reflect.TypeOf(runtime.RawExtension{})
)

var rnd *rand.Rand

func pick(n int) int { return rnd.Intn(n) }

var words = []string{"a", "b", "web", "db", "x y", "é<&>", "z-1"}

func randWord() string { return words[pick(len(words))] }

func fill(v reflect.Value, depth int, density float64, mergeKeys []string) {
	t := v.Type()
	switch t {
	case tTime:
		v.Set(reflect.ValueOf(metav1.Time{Time: time.Unix(1600000000+int64(pick(3)), 0).UTC()}))
		return
	case tMicro:
		v.Set(reflect.ValueOf(metav1.MicroTime{Time: time.Unix(1600000000+int64(pick(3)), 0).UTC()}))
		return
	case tQty:
		v.Set(reflect.ValueOf(resource.MustParse([]string{"1", "500m", "64Mi"}[pick(3)])))
		return
	case tIOS:
		if pick(2) == 0 {
			v.Set(reflect.ValueOf(intstr.FromInt32(int32(80 + pick(3)))))
		} else {
			v.Set(reflect.ValueOf(intstr.FromString("25%")))
		}
		return
	case tRaw, tFields:
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		p := reflect.New(t.Elem())
		fill(p.Elem(), depth, density, nil)
		v.Set(p)
	case reflect.String:
		v.SetString(randWord())
	case reflect.Bool:
		v.SetBool(pick(2) == 0)
	case reflect.Int32, reflect.Int64, reflect.Int:
		v.SetInt([]int64{0, 1, 9, 80, 443, 8080}[pick(6)])
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("hi"))
			return
		}
		n := pick(4)
		s := reflect.MakeSlice(t, 0, n)
		seen := map[string]bool{}
		for i := 0; i < n; i++ {
			e := reflect.New(t.Elem()).Elem()
			fill(e, depth+1, density, mergeKeys)
			k := keyOf(e, mergeKeys)
			if seen[k] && pick(25) != 0 {
				continue
			}
			seen[k] = true
			s = reflect.Append(s, e)
		}
		v.Set(s)
	case reflect.Map:
		n := pick(4)
		m := reflect.MakeMap(t)
		for i := 0; i < n; i++ {
			e := reflect.New(t.Elem()).Elem()
			fill(e, depth+1, density, nil)
			m.SetMapIndex(reflect.ValueOf(randWord()).Convert(t.Key()), e)
		}
		v.Set(m)
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			if f.Name == "ManagedFields" || f.Name == "TypeMeta" {
				continue
			}
			name := strings.Split(f.Tag.Get("json"), ",")[0]
			isKey := false
			for _, k := range mergeKeys {
				if k == name {
					isKey = true
				}
			}
			p := density / float64(1+depth/2)
			if t.Name() == "PodSpec" {
				p = p / 2
				if name == "containers" {
					p = 1
				}
			}
			if depth == 0 || name == "metadata" || name == "spec" || name == "template" || name == "status" || name == "data" {
				p = 0.9
			}
			if t.Name() == "Container" && (name == "ports" || name == "env") {
				p = 0.6
			}
			if f.Anonymous && f.Tag.Get("json") == ",inline" {
				fill(v.Field(i), depth, density, nil)
				continue
			}
			if !isKey && rnd.Float64() > p {
				continue
			}
			keys := []string{}
			if s := f.Tag.Get("patchMergeKey"); s != "" {
				keys = append(keys, s)
			}
			if name == "ports" {
				keys = []string{"containerPort", "protocol", "port"}
				if pick(3) == 0 {
					keys = []string{"containerPort", "port"}
				}
			}
			if name == "conditions" {
				keys = []string{"type"}
			}
			fill(v.Field(i), depth+1, density, keys)
		}
	}
}

func keyOf(e reflect.Value, keys []string) string {
	b, _ := json.Marshal(e.Interface())
	if len(keys) == 0 {
		return string(b)
	}
	m := map[string]any{}
	if json.Unmarshal(b, &m) != nil {
		return string(b)
	}
	out := ""
	for _, k := range keys {
		out += fmt.Sprint(m[k]) + "|"
	}
	return out
}

func newObject(kind string) runtime.Object {
	k := kinds[kind]
	o := k.make()
	fill(reflect.ValueOf(o).Elem(), 0, 0.22, nil)
	a, _ := meta.Accessor(o)
	a.SetName("n")
	a.SetNamespace("default")
	a.SetUID("u1")
	a.SetManagedFields(nil)
	o.GetObjectKind().SetGroupVersionKind(k.gvk)
	return o
}

// mutate: copy some fields from another random object, by struct recursion.
func mutate(dst, src reflect.Value, p float64) {
	t := dst.Type()
	if t == tTime || t == tMicro || t == tQty || t == tIOS || t == tRaw || t == tFields {
		dst.Set(src)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			n := t.Field(i).Name
			if n == "ManagedFields" || n == "TypeMeta" || n == "Name" && t.Name() == "ObjectMeta" {
				continue
			}
			mutate(dst.Field(i), src.Field(i), p)
		}
	case reflect.Pointer:
		if !dst.IsNil() && !src.IsNil() {
			// copy so that the old object stays
			c := reflect.New(t.Elem())
			c.Elem().Set(dst.Elem())
			dst.Set(c)
			mutate(dst.Elem(), src.Elem(), p)
			return
		}
		if rnd.Float64() < p {
			dst.Set(src)
		}
	case reflect.Slice:
		if rnd.Float64() >= p*2 {
			return
		}
		if dst.Len() == 0 || src.Len() == 0 || pick(3) == 0 || t.Elem().Kind() != reflect.Struct {
			dst.Set(src)
			return
		}
		// mix: drop one, mutate one, append one
		out := reflect.MakeSlice(t, 0, dst.Len()+1)
		drop := pick(dst.Len() + 1)
		for i := 0; i < dst.Len(); i++ {
			if i == drop {
				continue
			}
			e := reflect.New(t.Elem()).Elem()
			e.Set(dst.Index(i))
			if pick(2) == 0 {
				s := src.Index(pick(src.Len()))
				for j := 0; j < e.NumField(); j++ {
					fn := e.Type().Field(j).Name
					if fn == "Name" || fn == "Type" || fn == "Port" || fn == "ContainerPort" || fn == "MountPath" || fn == "UID" {
						continue
					}
					mutate(e.Field(j), s.Field(j), p)
				}
			}
			out = reflect.Append(out, e)
		}
		if pick(2) == 0 {
			c := src.Index(pick(src.Len()))
			if pick(4) == 0 {
				out = reflect.Append(out, c)
			} else {
				out = reflect.AppendSlice(reflect.Append(reflect.MakeSlice(t, 0, 1), c), out)
			}
		}
		dst.Set(out)
	default:
		if rnd.Float64() < p {
			dst.Set(src)
		}
	}
}

func mutated(kind string, o runtime.Object, p float64) runtime.Object {
	c := o.DeepCopyObject()
	mutate(reflect.ValueOf(c).Elem(), reflect.ValueOf(newObject(kind)).Elem(), p)
	a, _ := meta.Accessor(c)
	a.SetName("n")
	a.SetNamespace("default")
	a.SetUID("u1")
	return c.DeepCopyObject()
}

func toMap(o any) map[string]any {
	b, err := json.Marshal(o)
	check(err)
	m := map[string]any{}
	check(json.Unmarshal(b, &m))
	return m
}
