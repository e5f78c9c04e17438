// Answers CEL cases with upstream's own code: k8s.io/apiserver/pkg/cel on cel-go. Run it in a module that
// requires k8s.io/kubernetes v1.37 and friends:
//
//	go build -o oracle .
//	bun cases.ts | ./oracle > answers.jsonl        # one JSON case a line in, one answer a line out
//	bun cases.ts | ./oracle | bun write.ts REPOSITORY/test/golden/cel
//
// A case is an expression, the types of its variables and their values; an answer holds the display of the
// compiler's issues, or type, estimated cost, value or error and actual cost.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/ext"

	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
	"k8s.io/apiserver/pkg/cel/mutation"
)

// Case is one line of the input.
type Case struct {
	Expr string `json:"expr"`
	// Env is "new" (expressions as of 1.36) or "stored".
	Env string `json:"env,omitempty"`
	// Vars are declared types by name, Bindings their values in the notation of values.go.
	Vars     map[string]string `json:"vars,omitempty"`
	Bindings map[string]any    `json:"bindings,omitempty"`
	// Schema is a structural schema: self and oldSelf are of its type.
	Schema          map[string]any `json:"schema,omitempty"`
	Root            bool           `json:"root,omitempty"`
	Self            any            `json:"self,omitempty"`
	OldSelf         any            `json:"oldSelf,omitempty"`
	OptionalOldSelf bool           `json:"optionalOldSelf,omitempty"`
	// Bind adds cel.bind (DRA), Patch the types of MutatingAdmissionPolicy, Authorizer a fixed authorizer.
	Bind       bool   `json:"bind,omitempty"`
	Patch      bool   `json:"patch,omitempty"`
	Authorizer bool   `json:"authorizer,omitempty"`
	Limit      uint64 `json:"limit,omitempty"`
}

// Answer is one line of the output.
type Answer struct {
	Issues  string `json:"issues,omitempty"`
	Program string `json:"program,omitempty"`
	Type    string `json:"type,omitempty"`
	Min     string `json:"min,omitempty"`
	Max     string `json:"max,omitempty"`
	Value   string `json:"value,omitempty"`
	Error   string `json:"error,omitempty"`
	Cost    uint64 `json:"cost"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			var c Case
			d := json.NewDecoder(strings.NewReader(string(line)))
			d.UseNumber()
			if e := d.Decode(&c); e != nil {
				panic(fmt.Sprintf("%v: %s", e, line))
			}
			got, ok := safely(c)
			for i := 0; ok && i < 12; i++ {
				again, _ := safely(c)
				ok = again == got
			}
			if !ok {
				fmt.Fprintf(os.Stderr, "upstream panics, or answers by the order of a Go map: %s", c.Expr+"\n")
				continue
			}
			b, _ := json.Marshal(struct {
				Case   json.RawMessage `json:"case"`
				Answer Answer          `json:"answer"`
			}{json.RawMessage(line), got})
			out.Write(b)
			out.WriteByte('\n')
		}
		if err != nil {
			return
		}
	}
}

// safely leaves out what makes upstream itself panic.
func safely(c Case) (a Answer, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			a, ok = Answer{Issues: fmt.Sprint(r)}, false
		}
	}()
	return answer(c), true
}

func answer(c Case) Answer {
	set := environment.MustBaseEnvSet(version.MajorMinor(1, 36))
	opts := environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0)}
	for name, text := range c.Vars {
		opts.EnvOptions = append(opts.EnvOptions, cel.Variable(name, typeOf(text)))
	}
	if c.Bind {
		opts.EnvOptions = append(opts.EnvOptions, ext.Bindings(ext.BindingsVersion(0)))
	}
	if c.Patch {
		opts.EnvOptions = append(opts.EnvOptions, common.ResolverEnvOption(&mutation.DynamicTypeResolver{}), library.JSONPatch())
	}
	if c.Authorizer {
		opts.EnvOptions = append(opts.EnvOptions,
			cel.Variable("authorizer", library.AuthorizerType),
			cel.Variable("requestResource", library.ResourceCheckType))
	}
	estimator := &library.CostEstimator{}
	var decl *declared
	if c.Schema != nil {
		decl = declare(c)
		opts.EnvOptions = append(opts.EnvOptions, decl.variables...)
		opts.DeclTypes = decl.types
		estimator.SizeEstimator = decl
	}
	extended, err := set.Extend(opts)
	if err != nil {
		return Answer{Issues: "environment: " + err.Error()}
	}
	env := extended.StoredExpressionsEnv()
	if c.Env == "new" {
		env = extended.NewExpressionsEnv()
	}
	ast, issues := env.Compile(c.Expr)
	if issues != nil {
		return Answer{Issues: issues.String()}
	}
	result := Answer{Type: ast.OutputType().String()}
	cost, err := env.EstimateCost(ast, checker.CostEstimator(estimator))
	if err == nil {
		result.Min, result.Max = fmt.Sprint(cost.Min), fmt.Sprint(cost.Max)
	}
	limit := uint64(celconfig.PerCallLimit)
	if c.Limit != 0 {
		limit = c.Limit
	}
	prog, err := env.Program(ast, cel.CostLimit(limit), cel.CostTracking(estimator), cel.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		result.Program = err.Error()
		return result
	}
	val, details, err := prog.Eval(bindings(c, decl))
	if details != nil && details.ActualCost() != nil {
		result.Cost = *details.ActualCost()
	}
	if err != nil {
		result.Error = err.Error()
		return result
	}
	result.Value = show(val)
	return result
}

func bindings(c Case, decl *declared) map[string]any {
	vars := map[string]any{}
	for name, v := range c.Bindings {
		vars[name] = valueOf(v)
	}
	if decl != nil {
		for name, v := range decl.values(c) {
			vars[name] = v
		}
	}
	if c.Authorizer {
		vars["authorizer"], vars["requestResource"] = authorizerVals()
	}
	return vars
}
