package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apimachinery/pkg/runtime/schema"

	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/cel/library"
)

var simple = map[string]*cel.Type{
	"bool": cel.BoolType, "int": cel.IntType, "uint": cel.UintType, "double": cel.DoubleType,
	"string": cel.StringType, "bytes": cel.BytesType, "timestamp": cel.TimestampType,
	"duration": cel.DurationType, "dyn": cel.DynType, "any": cel.AnyType, "null": cel.NullType,
	"type": cel.TypeType, "quantity": apiservercel.QuantityType, "ip": apiservercel.IPType,
	"cidr": apiservercel.CIDRType, "url": apiservercel.URLType, "semver": apiservercel.SemverType,
}

// typeOf reads `list(int)`, `map(string, dyn)`, `optional(string)` and simple names.
func typeOf(text string) *cel.Type {
	text = strings.TrimSpace(text)
	open := strings.IndexByte(text, '(')
	if open < 0 {
		t, ok := simple[text]
		if !ok {
			panic("no type " + text)
		}
		return t
	}
	inner := text[open+1 : len(text)-1]
	switch text[:open] {
	case "list":
		return cel.ListType(typeOf(inner))
	case "optional":
		return cel.OptionalType(typeOf(inner))
	case "map":
		comma := strings.IndexByte(inner, ',')
		return cel.MapType(typeOf(inner[:comma]), typeOf(inner[comma+1:]))
	}
	panic("no type " + text)
}

// valueOf makes a CEL value: JSON, integers as int, {"$uint": "1"} and its like for what JSON lacks.
func valueOf(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = valueOf(e)
		}
		return out
	case map[string]any:
		for tag, text := range v {
			if strings.HasPrefix(tag, "$") && len(v) == 1 {
				return tagged(tag, text)
			}
		}
		out := map[string]any{}
		for k, e := range v {
			out[k] = valueOf(e)
		}
		return out
	case nil:
		return types.NullValue
	}
	return v
}

func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64()
	return f
}

func tagged(tag string, v any) any {
	text := fmt.Sprint(v)
	switch tag {
	case "$uint":
		n, _ := strconv.ParseUint(text, 10, 64)
		return n
	case "$double":
		f, _ := strconv.ParseFloat(text, 64)
		return f
	case "$bytes":
		b, _ := base64.StdEncoding.DecodeString(text)
		return b
	case "$timestamp":
		t, _ := time.Parse(time.RFC3339, text)
		return t
	case "$duration":
		d, _ := time.ParseDuration(text)
		return d
	case "$optional":
		if v == nil {
			return types.OptionalNone
		}
		return types.OptionalOf(types.DefaultTypeAdapter.NativeToValue(valueOf(v)))
	}
	panic("no tag " + tag)
}

// show writes a value so that its kind can be told: int(1), list[...], map{...} in the order of keys.
func show(v ref.Val) string {
	switch t := v.(type) {
	case types.Bool:
		return fmt.Sprintf("%v", bool(t))
	case types.Int:
		return fmt.Sprintf("int(%d)", int64(t))
	case types.Uint:
		return fmt.Sprintf("uint(%d)", uint64(t))
	case types.Double:
		return fmt.Sprintf("double(%s)", strconv.FormatFloat(float64(t), 'g', -1, 64))
	case types.String:
		b, _ := json.Marshal(string(t))
		return "string(" + string(b) + ")"
	case types.Bytes:
		return "bytes(" + hex.EncodeToString(t) + ")"
	case types.Null:
		return "null"
	case types.Timestamp:
		return "timestamp(" + t.Time.UTC().Format(time.RFC3339Nano) + ")"
	case types.Duration:
		return fmt.Sprintf("duration(%d)", int64(t.Duration))
	case *types.Optional:
		if !t.HasValue() {
			return "optional()"
		}
		return "optional(" + show(t.GetValue()) + ")"
	case *types.Type:
		return "type(" + t.TypeName() + ")"
	case *types.Err:
		return "error(" + t.Error() + ")"
	case traits.Mapper:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			k := it.Next()
			parts = append(parts, show(k)+": "+show(t.Get(k)))
		}
		sort.Strings(parts)
		return "map{" + strings.Join(parts, ", ") + "}"
	case traits.Lister:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			parts = append(parts, show(it.Next()))
		}
		return "list[" + strings.Join(parts, ", ") + "]"
	}
	switch n := v.Value().(type) {
	case netip.Addr:
		return "ip(" + n.String() + ")"
	case netip.Prefix:
		return "cidr(" + n.String() + ")"
	case *url.URL:
		return "url(" + n.String() + ")"
	case fmt.Stringer:
		return v.Type().TypeName() + "(" + n.String() + ")"
	}
	return v.Type().TypeName()
}

// fixedAuthorizer allows what says so, with a reason made of what was asked.
type fixedAuthorizer struct{}

func (fixedAuthorizer) Authorize(_ context.Context, a authorizer.Attributes) (authorizer.Decision, string, error) {
	asked := strings.Join([]string{a.GetUser().GetName(), a.GetVerb(), a.GetAPIGroup(), a.GetAPIVersion(), a.GetResource(),
		a.GetSubresource(), a.GetNamespace(), a.GetName(), a.GetPath()}, "|")
	if fields, err := a.GetFieldSelector(); err != nil {
		asked += "|field error"
	} else {
		asked += fmt.Sprintf("|%d fields", len(fields))
	}
	if labels, err := a.GetLabelSelector(); err != nil {
		asked += "|label error"
	} else {
		asked += fmt.Sprintf("|%d labels", len(labels))
	}
	switch a.GetVerb() {
	case "get":
		return authorizer.DecisionAllow, asked, nil
	case "fail":
		return authorizer.DecisionDeny, "", errors.New("cannot say: " + asked)
	}
	return authorizer.DecisionNoOpinion, asked, nil
}

type requestResource struct{}

func (requestResource) GetName() string      { return "web" }
func (requestResource) GetNamespace() string { return "team" }
func (requestResource) GetResource() schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
}
func (requestResource) GetSubresource() string { return "scale" }

func authorizerVals() (ref.Val, ref.Val) {
	info := &user.DefaultInfo{Name: "jane"}
	unconditional := any(fixedAuthorizer{}).(authorizer.UnconditionalAuthorizer)
	return library.NewAuthorizerVal(info, unconditional), library.NewResourceAuthorizerVal(info, unconditional, requestResource{})
}
