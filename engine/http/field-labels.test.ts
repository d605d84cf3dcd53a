import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openTryApp, type TryApp } from '../../test/try-app.ts'
import { labelOfPath } from './field-labels.ts'
import { routesOf } from './routes/index.ts'

let t: TryApp
beforeAll(async () => {
  t = await openTryApp()
})
afterAll(() => t.close())

/** Names of every field that a schema reads, at any depth. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: object }
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)]
}

it('every field that a route reads has a Chinese name', () => {
  const names = new Set(
    routesOf(t.services, {}).flatMap((r) =>
      [r.body, r.query, r.params].flatMap((s) =>
        s ? namesIn(z.toJSONSchema(s, { io: 'input', unrepresentable: 'any' })) : [],
      ),
    ),
  )
  expect(names.size).toBeGreaterThan(60)
  const unnamed = [...names].filter((n) => labelOfPath([n], '') === labelOfPath([], ''))
  expect(unnamed).toEqual([])
})

it('a complaint names the field in Chinese, wherever it stands', async () => {
  expect(labelOfPath(['wishes', 3, 'id'], 'body')).toBe('选中的改动 第 4 项 编号')
  expect(labelOfPath(['toString'], 'body')).toBe('提交的内容')
  const { status, body } = await t.send('POST', '/api/claim/request', {
    body: { creditCode: 'x', name: '张三', phone: '一二三' },
  })
  expect([status, body.detail]).toEqual([400, '输入有误：手机：请填写手机号码。请改正后重试。'])
  const missing = await t.send('POST', '/api/claim/check', { body: {} })
  expect(missing.body.detail).toBe('输入有误：统一社会信用代码：必填，请补充。共 2 处，请改正后重试。')
})
