/**
 * The user of a controller: its ServiceAccount in kube-system. Source: kube-controller-manager with
 * --use-service-account-credentials.
 */
export const controllerUser = (name: string): string => `system:serviceaccount:kube-system:${name}`
