import type { Condition } from '../../../engine/core/condition/ast.ts'
import { explain } from '../../../engine/core/condition/explain.ts'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { useLexicon, usePolicyBook } from '../lexicon.ts'

/** A condition as a Chinese sentence, by the engine's own words. */
export default function FilterSentence({ register, where }: { register: string; where: Condition }) {
  const catalogue = useLexicon()
  const policies = usePolicyBook()
  const { areaName } = useFieldServices()
  return <span className="wrap">{explain(where, register, { catalogue, policies, text: { areaName } })}</span>
}
