package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sort"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/resource"
)

// Messages show values as encoding/json writes upstream's internal types: all fields, in Go's names and
// order. A shape says how to make that of the versioned value: {type: [[Go name, JSON name, code], ...]},
// where the code is s, n, b, * (null when absent), m (a map), = (as it is), T or []T or *T or {}T of a type here.
// A JSON name with ^ stands in the struct around; ... spreads its fields.
var roots = [][2]any{
	{batch.SuccessPolicy{}, batchv1.SuccessPolicy{}},
	{batch.PodFailurePolicy{}, batchv1.PodFailurePolicy{}},
	{batch.UncountedTerminatedPods{}, batchv1.UncountedTerminatedPods{}},
	{core.PodTemplateSpec{}, corev1.PodTemplateSpec{}},
	{autoscaling.HorizontalPodAutoscalerSpec{}, autoscalingv2.HorizontalPodAutoscalerSpec{}},
	{autoscaling.MetricSpec{}, autoscalingv2.MetricSpec{}},
	{resource.DeviceClassSpec{}, resourcev1.DeviceClassSpec{}},
	{resource.ResourceClaimSpec{}, resourcev1.ResourceClaimSpec{}},
	{resource.ResourceClaimTemplateSpec{}, resourcev1.ResourceClaimTemplateSpec{}},
	{resource.ResourceSliceSpec{}, resourcev1.ResourceSliceSpec{}},
	{resource.DeviceTaintRuleSpec{}, resourcev1.DeviceTaintRuleSpec{}},
	{resource.AllocationResult{}, resourcev1.AllocationResult{}},
	{resource.AllocatedDeviceStatus{}, resourcev1.AllocatedDeviceStatus{}},
	{resource.ResourceClaimConsumerReference{}, resourcev1.ResourceClaimConsumerReference{}},
}

type shapes map[string][][3]string

var marshaler = reflect.TypeOf((*json.Marshaler)(nil)).Elem()

func writeShapes(path string) {
	all := shapes{}
	for _, root := range roots {
		all.add(reflect.TypeOf(root[0]), reflect.TypeOf(root[1]), nil)
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	lines := []string{}
	for _, name := range names {
		text, err := json.Marshal([]any{name, all[name]})
		check(err)
		lines = append(lines, string(text))
	}
	check(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
}

func typeName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return parts[len(parts)-1] + "." + t.Name()
}

// isOwn tells upstream's internal structs, which have no JSON names of their own.
func isOwn(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.HasPrefix(t.PkgPath(), "k8s.io/kubernetes/pkg/apis/") &&
		!t.Implements(marshaler) && !reflect.PointerTo(t).Implements(marshaler)
}

func (all shapes) add(t, versioned, around reflect.Type) string {
	name := typeName(t)
	if _, done := all[name]; done {
		return name
	}
	all[name] = nil
	all[name] = all.fields(t, versioned, around)
	return name
}

func (all shapes) fields(t, versioned, around reflect.Type) [][3]string {
	list := [][3]string{}
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		if field.Anonymous && isOwn(field.Type) {
			list = append(list, all.fields(field.Type, versioned, around)...)
			continue
		}
		if field.Anonymous {
			list = append(list, [3]string{"...", "metadata", "="})
			continue
		}
		json, from := jsonName(field.Name, versioned), fieldType(field.Name, versioned)
		if from == nil && around != nil && fieldType(field.Name, around) != nil {
			json, from = "^"+jsonName(field.Name, around), fieldType(field.Name, around)
		}
		goName := field.Name
		if tag := strings.Split(field.Tag.Get("json"), ",")[0]; tag != "" {
			goName = tag
		}
		list = append(list, [3]string{goName, json, all.code(field.Type, from, versioned)})
	}
	return list
}

func fieldType(name string, t reflect.Type) reflect.Type {
	if field, found := t.FieldByName(name); found {
		return field.Type
	}
	return nil
}

func jsonName(name string, t reflect.Type) string {
	if field, found := t.FieldByName(name); found {
		return strings.Split(field.Tag.Get("json"), ",")[0]
	}
	return ""
}

func deref(t reflect.Type) reflect.Type {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
		t = t.Elem()
	}
	return t
}

func (all shapes) code(t, from, around reflect.Type) string {
	prefix := ""
	inner := t
	switch t.Kind() {
	case reflect.Pointer:
		prefix, inner = "*", t.Elem()
	case reflect.Slice:
		prefix, inner = "[]", t.Elem()
	case reflect.Map:
		prefix, inner = "{}", t.Elem()
	}
	if isOwn(inner) && from != nil && deref(from).Kind() == reflect.Struct {
		return prefix + all.add(inner, deref(from), around)
	}
	if prefix == "{}" {
		return "m"
	}
	if prefix != "" {
		return "*"
	}
	switch inner.Kind() {
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32:
		return "n"
	}
	return "="
}
