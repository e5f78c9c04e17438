package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

type step struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

type change []step

// What a value of each type is replaced by: the shapes that validations tell apart.
var texts = []any{
	"", "a.b", "Cluster", "-a", "../up", "/abs", "10.0.0.0/8", "a/b", "example.com/a", "150%", "1Gi", "0",
	strings.Repeat("x", 300), "with space",
}
var numbers = []any{-1, 0, 1, 300, 100001, 2147483647}

// mutations lists changes of one value each below the named top-level fields.
func mutations(object any, below []string) []change {
	var list []change
	root := object.(map[string]any)
	for _, field := range below {
		if value, found := root[field]; found {
			walk("/"+field, value, &list)
		}
	}
	return list
}

// empties tells a change that leaves a list without its only item.
func (c change) empties(path string) bool {
	return len(c) == 1 && c[0].Op == "remove" && c[0].Path == path+"/0"
}

func walk(path string, value any, list *[]change) {
	add := func(op string, with any) {
		if op == "replace" && with != nil && path[strings.LastIndex(path, "/")+1:] == "labels" {
			return
		}
		*list = append(*list, change{{op, path, with}})
	}
	if !strings.HasSuffix(path, "/expression") {
		add("remove", nil)
	}
	switch v := value.(type) {
	case map[string]any:
		if _, cel := v["expression"]; len(v) > 0 && !cel {
			add("replace", map[string]any{})
		}
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for _, key := range keys {
			walk(path+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key), v[key], list)
		}
	case []any:
		// An empty list or map in a body is none to klio, as it is to protobuf: none is asked about.
		if len(v) > 0 {
			*list = append(*list, change{{"add", path + "/0", v[0]}})
		}
		for i, item := range v {
			first := len(*list)
			walk(path+"/"+strconv.Itoa(i), item, list)
			if len(v) == 1 && (*list)[first].empties(path) {
				*list = append((*list)[:first], (*list)[first+1:]...)
			}
		}
	case string:
		// What an expression means is the business of another room.
		if strings.HasSuffix(path, "/expression") {
			return
		}
		for _, text := range texts {
			add("replace", text)
		}
	case float64:
		for _, number := range numbers {
			add("replace", number)
		}
	case bool:
		add("replace", !v)
	}
}

// apply makes a changed copy; false when a path is not there.
func apply(object any, steps change) (any, bool) {
	text, err := json.Marshal(object)
	check(err)
	var copied any
	check(json.Unmarshal(text, &copied))
	for _, op := range steps {
		parts := strings.Split(op.Path, "/")[1:]
		next, ok := applyAt(copied, parts, op)
		if !ok {
			return nil, false
		}
		copied = next
	}
	return copied, true
}

func applyAt(value any, parts []string, op step) (any, bool) {
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[0])
	switch v := value.(type) {
	case map[string]any:
		if len(parts) > 1 {
			next, ok := applyAt(v[key], parts[1:], op)
			v[key] = next
			return v, ok
		}
		if op.Op == "remove" {
			delete(v, key)
		} else {
			v[key] = op.Value
		}
		return v, true
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil && key == "-" {
			i = len(v)
		}
		if i > len(v) || (i == len(v) && (op.Op != "add" || len(parts) > 1)) {
			return nil, false
		}
		if len(parts) > 1 {
			next, ok := applyAt(v[i], parts[1:], op)
			v[i] = next
			return v, ok
		}
		switch op.Op {
		case "remove":
			return append(v[:i:i], v[i+1:]...), true
		case "add":
			return append(v[:i:i], append([]any{op.Value}, v[i:]...)...), true
		}
		v[i] = op.Value
		return v, true
	}
	fmt.Println("no such path", op.Path)
	return nil, false
}
