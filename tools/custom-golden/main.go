// Asks upstream's code what is wrong with custom resources and their definitions. Run it in a module that
// requires k8s.io/apiextensions-apiserver v0.37:
//
//	go build -o oracle . && bun cases.ts | ./oracle > REPOSITORY/test/golden/custom.jsonl
//
// Each line in is a case, each line out is the case with `errors` (sorted, since upstream walks maps).

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	crdregistry "k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

type testCase struct {
	Of       string          `json:"of"`
	Schema   json.RawMessage `json:"schema,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"`
	Old      json.RawMessage `json:"old,omitempty"`
	Format   string          `json:"format,omitempty"`
	Text     *string         `json:"text,omitempty"`
	Errors   []string        `json:"errors"`
	Warnings []string        `json:"warnings,omitempty"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

var scheme = runtime.NewScheme()

func main() {
	check(apiextensions.AddToScheme(scheme))
	check(apiv1.AddToScheme(scheme))
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var c testCase
		check(json.Unmarshal(in.Bytes(), &c))
		switch c.Of {
		case "value":
			c.Errors = texts(valueErrors(c))
		case "definition":
			c.Errors, c.Warnings = definitionErrors(c)
		case "format":
			c.Errors = []string{}
			if !strfmt.Default.Validates(c.Format, *c.Text) {
				c.Errors = append(c.Errors, "no")
			}
		}
		if c.Errors == nil {
			c.Errors = []string{}
		}
		line, err := json.Marshal(c)
		check(err)
		fmt.Fprintln(out, string(line))
	}
}

func texts(list field.ErrorList) []string {
	found := []string{}
	for _, err := range list {
		found = append(found, selfType.ReplaceAllString(err.Error(), "selfType"))
	}
	sort.Strings(found)
	return found
}

func parse(raw json.RawMessage) interface{} {
	var v interface{}
	check(utiljson.Unmarshal(raw, &v))
	return v
}

func valueErrors(c testCase) field.ErrorList {
	var v1 apiv1.JSONSchemaProps
	check(json.Unmarshal(c.Schema, &v1))
	var props apiextensions.JSONSchemaProps
	check(apiv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &props, nil))
	validator, _, err := validation.NewSchemaValidator(&props)
	check(err)
	ss, err := structuralschema.NewStructural(&props)
	check(err)
	value := parse(c.Value)
	var errs field.ErrorList
	if c.Old == nil {
		errs = validation.ValidateCustomResource(nil, value, validator)
	} else {
		old := parse(c.Old)
		correlated := common.NewCorrelatedObject(value, old, &model.Structural{Structural: ss})
		errs = validation.ValidateCustomResourceUpdate(nil, value, old, validator, validation.WithRatcheting(correlated))
	}
	object, ok := value.(map[string]interface{})
	if !ok {
		return errs
	}
	errs = append(errs, objectmeta.Validate(context.TODO(), nil, object, ss, false)...)
	if c.Old == nil || len(listtype.ValidateListSetsAndMaps(nil, ss, parse(c.Old).(map[string]interface{}))) == 0 {
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, ss, object)...)
	}
	rules := cel.NewValidator(ss, true, celconfig.PerCallLimit)
	if rules == nil {
		return errs
	}
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return append(errs, field.Invalid(nil, nil, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
		}
	}
	var old interface{}
	var options []cel.Option
	if c.Old != nil {
		old = parse(c.Old)
		options = append(options, cel.WithRatcheting(common.NewCorrelatedObject(value, old, &model.Structural{Structural: ss})))
	}
	broken, _ := rules.Validate(context.TODO(), nil, ss, object, old, celconfig.RuntimeCELCostBudget, options...)
	return append(errs, broken...)
}

var selfType = regexp.MustCompile("selfType[0-9]+")

func definition(raw json.RawMessage) *apiextensions.CustomResourceDefinition {
	var v1 apiv1.CustomResourceDefinition
	check(json.Unmarshal(raw, &v1))
	apiv1.SetObjectDefaults_CustomResourceDefinition(&v1)
	var crd apiextensions.CustomResourceDefinition
	check(scheme.Convert(&v1, &crd, nil))
	return &crd
}

func definitionErrors(c testCase) ([]string, []string) {
	ctx := context.TODO()
	strategy := crdregistry.NewStrategy(scheme)
	crd := definition(c.Value)
	if c.Old == nil {
		strategy.PrepareForCreate(ctx, crd)
		return texts(strategy.Validate(ctx, crd)), strategy.WarningsOnCreate(ctx, crd)
	}
	old := definition(c.Old)
	crd.ResourceVersion, old.ResourceVersion = "1", "1"
	strategy.PrepareForUpdate(ctx, crd, old)
	return texts(strategy.ValidateUpdate(ctx, crd, old)), strategy.WarningsOnUpdate(ctx, crd, old)
}
