import type { FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { containerImages, containerNames, labelsCell } from '../cells.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { PodTemplate } from '../generated/core.gen.ts'
import { setTemplateDefaults, templateErrors, templateWarnings } from './pod-template.ts'

const TEMPLATE = at(undefined, 'template')

/** Source: pkg/registry/core/podtemplate/strategy.go. */
export const podTemplate = define<PodTemplate>({
  resource: 'podtemplates',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.PodTemplate' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    setTemplateDefaults((object.template ??= {}))
  },
  validate,
  validateUpdate: validate,
  warnings: ({ template }, before) =>
    before && equal(template, before.template) ? [] : templateWarnings(TEMPLATE, template),
  generationOf: ['template'],
  columns: COLUMNS.PodTemplate,
  cells: ({ metadata, template }) => [
    metadata.name ?? '',
    containerNames(template?.spec?.containers),
    containerImages(template?.spec?.containers),
    labelsCell(template?.metadata?.labels),
  ],
})

function validate({ template = {} }: PodTemplate): FieldError[] {
  const errors: FieldError[] = []
  templateErrors(errors, TEMPLATE, template)
  return errors
}
