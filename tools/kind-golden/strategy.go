package main

import (
	"context"
	"encoding/json"
	"sort"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/operation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kube-aggregator/pkg/registry/apiservice/etcd"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/printers"
	printersinternal "k8s.io/kubernetes/pkg/printers/internalversion"
)

type creates interface {
	PrepareForCreate(ctx context.Context, obj runtime.Object)
	Validate(ctx context.Context, obj runtime.Object) field.ErrorList
	WarningsOnCreate(ctx context.Context, obj runtime.Object) []string
	NamespaceScoped() bool
}

type changes interface {
	PrepareForUpdate(ctx context.Context, obj, old runtime.Object)
	ValidateUpdate(ctx context.Context, obj, old runtime.Object) field.ErrorList
	WarningsOnUpdate(ctx context.Context, obj, old runtime.Object) []string
}

type both interface {
	creates
	changes
}

type kindRules struct {
	resource string
	main     both
	status   changes
}

var tables = printers.NewTableGenerator().With(printersinternal.AddHandlers)

func decode(body any) (runtime.Object, schema.GroupVersionKind, error) {
	text, err := json.Marshal(body)
	check(err)
	own, gvk, err := legacyscheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	if err != nil {
		return nil, schema.GroupVersionKind{}, err
	}
	legacyscheme.Scheme.Default(own)
	internal, err := legacyscheme.Scheme.ConvertToVersion(own, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
	return internal, *gvk, err
}

func (k kindRules) context(gvk schema.GroupVersionKind, obj runtime.Object, part string) context.Context {
	object, err := meta.Accessor(obj)
	check(err)
	ctx := request.WithNamespace(context.Background(), object.GetNamespace())
	return request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, APIGroup: gvk.Group, APIVersion: gvk.Version, Resource: k.resource,
		Subresource: part, Namespace: object.GetNamespace(), Name: object.GetName(),
	})
}

func (k kindRules) create(body any) (answer, error) {
	obj, gvk, err := decode(body)
	if err != nil {
		return answer{}, err
	}
	ctx := k.context(gvk, obj, "")
	k.main.PrepareForCreate(ctx, obj)
	errs := k.main.Validate(ctx, obj)
	if dv, ok := k.main.(rest.DeclarativeValidationStrategy); ok {
		errs = dv.ValidateDeclaratively(ctx, obj, nil, errs, operation.Create, dv.DeclarativeValidationConfig(ctx, obj, nil))
	}
	out := answer{Errors: printed(errs), Warnings: sorted(k.main.WarningsOnCreate(ctx, obj))}
	if len(out.Errors) == 0 {
		out.Object, out.Cells = shown(obj, gvk), cells(obj)
	}
	return out, nil
}

func (k kindRules) update(body, oldBody any, part string) (answer, error) {
	obj, gvk, err := decode(body)
	if err != nil {
		return answer{}, err
	}
	old, _, err := decode(oldBody)
	check(err)
	ctx := k.context(gvk, obj, part)
	rules := changes(k.main)
	if part != "" {
		rules = k.status
	}
	rules.PrepareForUpdate(ctx, obj, old)
	errs := rules.ValidateUpdate(ctx, obj, old)
	if dv, ok := rules.(rest.DeclarativeValidationStrategy); ok {
		errs = dv.ValidateDeclaratively(ctx, obj, old, errs, operation.Update, dv.DeclarativeValidationConfig(ctx, obj, old))
	}
	return answer{Errors: printed(errs), Warnings: sorted(rules.WarningsOnUpdate(ctx, obj, old))}, nil
}

// printed shows the errors as klio's test prints them, without what shared code checks of metadata.
func printed(errs field.ErrorList) []string {
	list := []string{}
	for _, err := range errs {
		if err.Field == "metadata.labels" || err.Field == "metadata.annotations" {
			continue
		}
		list = append(list, err.Field+": "+strings.Split(err.ErrorBody(), "\n")[0])
	}
	return sorted(list)
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	sort.Strings(out)
	return out
}

func shown(obj runtime.Object, gvk schema.GroupVersionKind) any {
	encoder := legacyscheme.Codecs.LegacyCodec(gvk.GroupVersion())
	text, err := runtime.Encode(encoder, obj)
	check(err)
	var value any
	check(json.Unmarshal(text, &value))
	// Generations are counted by shared code, which has its own tests.
	delete(value.(map[string]any)["metadata"].(map[string]any), "generation")
	return withoutNulls(value)
}

// withoutNulls leaves out what klio leaves out of every answer: a null for a list that nobody set. What
// upstream stamped with its clock gets that of the golden files.
func withoutNulls(value any) any {
	switch v := value.(type) {
	case string:
		if stamp, err := time.Parse(time.RFC3339, v); err == nil && time.Since(stamp).Abs() < time.Minute {
			return "2026-11-23T18:00:00Z"
		}
	case map[string]any:
		for key, item := range v {
			if item == nil {
				delete(v, key)
			} else {
				v[key] = withoutNulls(item)
			}
		}
	case []any:
		for i, item := range v {
			v[i] = withoutNulls(item)
		}
	}
	return value
}

func cells(obj runtime.Object) []any {
	table, err := tables.GenerateTable(obj, printers.GenerateOptions{Wide: true, NoHeaders: false})
	if err != nil {
		// The aggregator's own kind has its columns beside its storage.
		table, err = (&etcd.REST{}).ConvertToTable(context.Background(), obj, nil)
		check(err)
	}
	return table.Rows[0].Cells
}
