// Writes the golden file of test/meta/protobuf.test.ts: every registered kind filled with values, as
// apimachinery itself encodes it. Run it in a module that requires k8s.io/client-go,
// k8s.io/apiextensions-apiserver, k8s.io/kube-aggregator v0.37 and sigs.k8s.io/randfill:
//
//	go run . ga 1 | gzip -9 -n > test/golden/protobuf/ga.jsonl.gz
//
// A line is [group, version, kind, JSON, base64 of the protobuf body].

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	apiregv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"sigs.k8s.io/randfill"
)

var words = []string{"", "a", "web", "kube-system", "ü€😀", "x/y.z", "9", "with \"quotes\"\n"}

func main() {
	s := scheme.Scheme
	_ = apiextv1.AddToScheme(s)
	_ = apiregv1.AddToScheme(s)
	_ = metav1.AddMetaToScheme(s)
	ps := protobuf.NewSerializer(s, s)
	only := os.Args[1] // ga | all
	seeds, _ := strconv.Atoi(os.Args[2])
	var kinds []schema.GroupVersionKind
	for gvk := range s.AllKnownTypes() {
		if strings.HasSuffix(gvk.Kind, "Options") && gvk.Kind != "DeleteOptions" {
			continue
		}
		if gvk.Kind == "WatchEvent" || gvk.Version == "__internal" || gvk.Kind == "Table" {
			continue
		}
		if only == "ga" && strings.Contains(gvk.Version, "a") {
			continue
		}
		if gvk.Kind == "DeleteOptions" && gvk.Group != "" {
			continue
		}
		kinds = append(kinds, gvk)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].String() < kinds[j].String() })
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, gvk := range kinds {
		for seed := 0; seed < seeds; seed++ {
			max := 1
			if seed > 0 {
				max = 2
			}
			f := randfill.NewWithSeed(int64(seed)*1000+int64(len(gvk.Kind))).NilChance([]float64{0.0, 0.6, 0.3}[seed%3]).NumElements(1, max).MaxDepth([]int{9, 14, 12}[seed%3])
			f.Funcs(
				func(v *string, c randfill.Continue) { *v = words[c.Intn(len(words))] },
				func(v *int64, c randfill.Continue) {
					*v = []int64{0, 1, -1, 9007199254740993, -9223372036854775808, 300, int64(c.Int31())}[c.Intn(7)]
				},
				func(v *int32, c randfill.Continue) {
					*v = []int32{0, 1, -1, 2147483647, -2147483648, c.Int31()}[c.Intn(6)]
				},
				func(v *float64, c randfill.Continue) { *v = []float64{0, 1.5, -2e10}[c.Intn(3)] },
				func(v *[]byte, c randfill.Continue) { *v = []byte(words[1+c.Intn(len(words)-1)]) },
				func(v *metav1.Time, c randfill.Continue) {
					if true {
						*v = metav1.Unix(int64(c.Int31())-1000000000, 0)
					}
				},
				func(v *metav1.MicroTime, c randfill.Continue) {
					if true {
						*v = metav1.NewMicroTime(time.Unix(int64(c.Int31()), int64(c.Intn(1000000))*1000))
					}
				},
				func(v *metav1.Duration, c randfill.Continue) {
					v.Duration = time.Duration(c.Int63n(int64(time.Hour) * 50))
				},
				func(v *resource.Quantity, c randfill.Continue) {
					*v = resource.MustParse([]string{"0", "1", "100m", "1.5Gi", "1e3", "-5", "123456789n", "12Ei"}[c.Intn(8)])
					_ = v.String()
				},
				func(v *intstr.IntOrString, c randfill.Continue) {
					if c.Bool() {
						*v = intstr.FromInt32(c.Int31())
					} else {
						*v = intstr.FromString("25%")
					}
				},
				func(v *runtime.RawExtension, c randfill.Continue) {
					v.Raw = []byte(`{"apiVersion":"example.com/v1","kind":"Thing","spec":{"n":9007199254740993}}`)
				},
				func(v *metav1.FieldsV1, c randfill.Continue) { v.Raw = []byte(`{"f:spec":{"f:replicas":{}}}`) },
				func(v *apiextv1.JSON, c randfill.Continue) {
					v.Raw = []byte([]string{`{"a":[1,null,"x"]}`, `5`, `"text"`}[c.Intn(3)])
				},
				func(v *apiextv1.JSONSchemaPropsOrBool, c randfill.Continue) {
					if c.Bool() {
						v.Allows = c.Bool()
					} else {
						v.Allows = true
						v.Schema = &apiextv1.JSONSchemaProps{Type: "string"}
					}
				},
				func(v *apiextv1.JSONSchemaPropsOrArray, c randfill.Continue) {
					if c.Bool() {
						v.Schema = &apiextv1.JSONSchemaProps{Type: "object"}
					} else {
						v.JSONSchemas = []apiextv1.JSONSchemaProps{{Type: "string"}, {Format: "int32"}}
					}
				},
				func(v *apiextv1.JSONSchemaPropsOrStringArray, c randfill.Continue) {
					if c.Bool() {
						v.Schema = &apiextv1.JSONSchemaProps{Type: "object"}
					} else {
						v.Property = []string{"a", "b"}
					}
				},
				func(v *apiextv1.JSONSchemaProps, c randfill.Continue) {
					v.Type = "object"
					v.Description = words[c.Intn(len(words))]
					mn := 1.5
					v.Minimum = &mn
					v.ExclusiveMinimum = true
					ml := int64(9007199254740993)
					v.MaxLength = &ml
					d := apiextv1.JSON{Raw: []byte(`{"x":[true]}`)}
					v.Default = &d
					v.Enum = []apiextv1.JSON{{Raw: []byte(`"a"`)}, {Raw: []byte(`1`)}}
					v.Properties = map[string]apiextv1.JSONSchemaProps{"a": {Type: "array", Items: &apiextv1.JSONSchemaPropsOrArray{Schema: &apiextv1.JSONSchemaProps{Type: "string"}}}, "b": {AdditionalProperties: &apiextv1.JSONSchemaPropsOrBool{Allows: true}}}
					v.Dependencies = apiextv1.JSONSchemaDependencies{"k": {Property: []string{"l"}}}
					keep := true
					v.XPreserveUnknownFields = &keep
					v.XIntOrString = c.Bool()
					v.XListMapKeys = []string{"name"}
				},
			)
			obj, err := s.New(gvk)
			if err != nil {
				panic(err)
			}
			f.Fill(obj)
			obj.GetObjectKind().SetGroupVersionKind(gvk)
			var pb bytes.Buffer
			if err := ps.Encode(obj, &pb); err != nil {
				continue
			}
			// what Go reads back, so that the JSON is what a server would show
			back, _, err := ps.Decode(pb.Bytes(), nil, nil)
			if err != nil {
				panic(gvk.String() + err.Error())
			}
			js, err := json.Marshal(back)
			if err != nil {
				panic(gvk.String() + err.Error())
			}
			line, _ := json.Marshal([]string{gvk.Group, gvk.Version, gvk.Kind, string(js), base64.StdEncoding.EncodeToString(pb.Bytes())})
			out.Write(line)
			out.WriteByte('\n')
		}
	}
}
