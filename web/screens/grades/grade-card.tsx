import type { Row } from '../../api/types.ts'

export default function GradeCard(_: { enterprise: Row }) {
  return null
}
