package main

import (
	"encoding/json"
	"math"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/types"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	apiservercel "k8s.io/apiserver/pkg/cel"
)

// declared is what a schema gives an environment: types, variables, sizes, values.
type declared struct {
	schema    *structural.Structural
	root      *apiservercel.DeclType
	types     []*apiservercel.DeclType
	variables []cel.EnvOption
}

func declare(c Case) *declared {
	text, _ := json.Marshal(c.Schema)
	var v1 apiextensionsv1.JSONSchemaProps
	must(json.Unmarshal(text, &v1))
	var internal apiextensions.JSONSchemaProps
	must(apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &internal, nil))
	s, err := structural.NewStructural(&internal)
	must(err)
	d := &declared{schema: s}
	decl := model.SchemaDeclType(s, c.Root)
	if decl == nil {
		panic("schema has no CEL type: " + string(text))
	}
	d.root = decl.MaybeAssignTypeName("selfType")
	if c.Root {
		d.schema = model.WithTypeAndObjectMeta(s)
	}
	d.types = []*apiservercel.DeclType{d.root}
	oldType := d.root.CelType()
	if c.OptionalOldSelf {
		oldType = types.NewOptionalType(oldType)
	}
	d.variables = []cel.EnvOption{cel.Variable("self", d.root.CelType()), cel.Variable("oldSelf", oldType)}
	return d
}

func (d *declared) values(c Case) map[string]any {
	out := map[string]any{"self": schemacel.UnstructuredToVal(plain(c.Self), d.schema)}
	if c.OldSelf != nil {
		old := schemacel.UnstructuredToVal(plain(c.OldSelf), d.schema)
		if c.OptionalOldSelf {
			out["oldSelf"] = types.OptionalOf(old)
		} else {
			out["oldSelf"] = old
		}
	} else if c.OptionalOldSelf {
		out["oldSelf"] = types.OptionalNone
	}
	return out
}

func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	}
	return v
}

// EstimateSize is the size estimator of apiextensions-apiserver's compilation, which it does not export.
func (d *declared) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	if len(element.Path()) == 0 {
		return nil
	}
	node := d.root
	for _, name := range element.Path()[1:] {
		switch name {
		case "@items", "@values":
			node = node.ElemType
		case "@keys":
			node = node.KeyType
		default:
			field, ok := node.Fields[name]
			if !ok {
				return nil
			}
			node = field.Type
		}
		if node == nil {
			return nil
		}
	}
	return &checker.SizeEstimate{Min: 0, Max: uint64(node.MaxElements)}
}

func (d *declared) EstimateCallCost(function, overloadID string, target *checker.AstNode, args []checker.AstNode) *checker.CallEstimate {
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

var _ = math.MaxInt
