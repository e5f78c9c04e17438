package main

import (
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	_ "k8s.io/kubernetes/pkg/apis/storagemigration/install"

	"k8s.io/kube-aggregator/pkg/apis/apiregistration/install"
	"k8s.io/kube-aggregator/pkg/registry/apiservice"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/resource/deviceclass"
	"k8s.io/kubernetes/pkg/registry/resource/devicetaintrule"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaim"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaimtemplate"
	"k8s.io/kubernetes/pkg/registry/resource/resourceslice"
	"k8s.io/kubernetes/pkg/registry/storagemigration/storagemigration"
)

func init() {
	install.Install(legacyscheme.Scheme)
}

var claims = resourceclaim.NewStrategy(nil, nil)

// By the folder's name. Status rules of claims ask an authorizer, which a golden has not.
var strategies = map[string]kindRules{
	"job":                     {"jobs", job.Strategy, job.StatusStrategy},
	"cronjob":                 {"cronjobs", cronjob.Strategy, cronjob.StatusStrategy},
	"horizontalpodautoscaler": {"horizontalpodautoscalers", horizontalpodautoscaler.Strategy, horizontalpodautoscaler.StatusStrategy},
	"deviceclass":             {"deviceclasses", deviceclass.Strategy, nil},
	"devicetaintrule":         {"devicetaintrules", devicetaintrule.Strategy, devicetaintrule.StatusStrategy},
	"resourceclaim":           {"resourceclaims", claims, nil},
	"resourceclaimtemplate":   {"resourceclaimtemplates", resourceclaimtemplate.NewStrategy(nil), nil},
	"resourceslice":           {"resourceslices", resourceslice.Strategy, nil},
	"storageversionmigration": {"storageversionmigrations", storagemigration.Strategy, storagemigration.StatusStrategy},
	"apiservice":              {"apiservices", apiservice.NewStrategy(legacyscheme.Scheme).(both), apiservice.NewStatusStrategy(legacyscheme.Scheme)},
}
