import { type KubeletContext, podNote } from './context.ts'
import type { ProberEvents } from './probes.ts'

/** Says in Events and observations how probes went. Source: prober.go probe. */
export function probeReports(context: KubeletContext): Pick<ProberEvents, 'ran'> {
  const last = new Map<string, string>()
  return {
    ran({ pod, container, observed }, type, { outcome, output }) {
      const name = type[0]!.toUpperCase() + type.slice(1)
      const note = (reason: string, message: string) =>
        context.note(podNote(pod, 'Warning', reason, message, container.name))
      if (outcome === 'failure') note('Unhealthy', `${name} probe failed: ${output}`)
      if (outcome === 'warning') note('ProbeWarning', `${name} probe warning: ${output}`)
      if (outcome === 'error') note('Unhealthy', `${name} probe errored and resulted in unknown state: ${output}`)
      const key = `${observed.id}/${type}`
      if (last.get(key) === outcome) return
      // Transitions only: a probe that says the same again is no news. Bounded by what runs here.
      if (last.size > 10_000) last.clear()
      last.set(key, outcome)
      context.observe({
        kind: 'probe', podUid: pod.metadata.uid!, container: container.name,
        revision: Number(pod.metadata.resourceVersion ?? 0),
        detail: { type, outcome, output: output.slice(0, 512), id: observed.id },
      })
    },
  }
}
