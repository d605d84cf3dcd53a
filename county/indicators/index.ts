import type { IndicatorDef } from '../../engine/core/definition.ts'

export const indicators: IndicatorDef[] = []
