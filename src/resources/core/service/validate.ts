import { required, type FieldError } from '../../../meta/field-error.ts'
import type { Service } from '../../generated/core.gen.ts'

export function serviceErrors(service: Service): FieldError[] {
  return service.spec?.type !== 'ExternalName' && !service.spec?.ports?.length && service.spec?.clusterIP !== 'None'
    ? [required('spec.ports', '')]
    : []
}
export function serviceUpdateErrors(service: Service, _before: Service): FieldError[] {
  return serviceErrors(service)
}
export function serviceStatusErrors(_service: Service, _before: Service): FieldError[] {
  return []
}
