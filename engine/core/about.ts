import type { IndicatorDef } from './definition.ts'
import type { Complaint } from './errors.ts'

/**
 * What a sentence of a notice is compared with before an indicator is proposed for it (docs/decisions/0040): whom it
 * counts and what it speaks of. Measure, unit and rhythm stand in the definition already. It decides no figure.
 */
export interface About {
  /**
   * kinds of the vocabulary that the population is made of; of each dimension named here the sentence must not name
   * another one, and of `risk` it must name one
   */
  kinds?: string[]
  /** kinds of several dimensions, of which the sentence names one: smelters and mines alike */
  any?: string[]
  /** one of these words stands in the sentence or its heading: the phrase alone is used for other things as well */
  needs?: string[]
  /** with one of these words the sentence is about something else */
  unlike?: string[]
  /** a statistic, which nobody is told to do: the sentence prints a rate or a number of it */
  printed?: true
}

/** The dimensions in which a notice narrows whom it means. */
export type Dimension = 'industry' | 'scale' | 'risk' | 'elsewhere'

/**
 * Words by which notices name kinds of enterprises. `elsewhere` are those whom other bodies supervise: a sentence that
 * names them alone asks for no figure of this county's.
 */
export type Vocabulary = Record<string, { of: Dimension; words: string[] }>

/** Kinds that an indicator names and that the vocabulary does not have. */
export function aboutComplaints(indicators: Iterable<IndicatorDef>, vocabulary: Vocabulary): Complaint[] {
  return [...indicators].flatMap(({ name, about }) =>
    [...(about?.kinds ?? []), ...(about?.any ?? [])]
      .filter((kind) => !vocabulary[kind])
      .map((kind) => ({ path: `${name}.about`, message: `词汇表里没有名为“${kind}”的企业类别。` })),
  )
}
