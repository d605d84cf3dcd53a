/** An amount is a number with the unit 万元, which its definition carries. */
export { Filter, Input, Show } from '../number/ui.tsx'
