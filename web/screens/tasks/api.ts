import { get } from '../../api/http.ts'
import type { TaskDetail } from '../../api/work-types.ts'

export const taskQuery = (id: string) => ({
  queryKey: ['tasks', 'one', id],
  queryFn: () => get<TaskDetail>(`/api/tasks/${id}`),
})
