// Writes src/resources/generated/bootstrap-rights.txt: the roles and bindings that kube-apiserver v1.37
// keeps in every cluster, with the feature gates as they are by default. Run it in a module that requires
// k8s.io/kubernetes v1.37 (and replaces its staging modules):
//
//	go run . > src/resources/generated/bootstrap-rights.txt
//
// A line is one object as JSON, in the order kube-apiserver writes them.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

func write(kind string, object any) {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		panic(err)
	}
	metadata := fields["metadata"].(map[string]any)
	delete(metadata, "creationTimestamp")
	fields["apiVersion"] = rbacv1.SchemeGroupVersion.String()
	fields["kind"] = kind
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stdout, string(line))
}

func namespaces[T any](of map[string][]T) []string {
	names := []string{}
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func main() {
	for _, role := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		write("ClusterRole", role)
	}
	for _, binding := range append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...) {
		write("ClusterRoleBinding", binding)
	}
	roles := bootstrappolicy.NamespaceRoles()
	for _, namespace := range namespaces(roles) {
		for _, role := range roles[namespace] {
			write("Role", role)
		}
	}
	bindings := bootstrappolicy.NamespaceRoleBindings()
	for _, namespace := range namespaces(bindings) {
		for _, binding := range bindings[namespace] {
			write("RoleBinding", binding)
		}
	}
}
