/** Benchmarks by name; each prints ratios against a peer or a bare limit measured in the same run. */
export const benches: Record<
  string,
  { summary: string; load: () => Promise<{ run(args: string[]): Promise<object> }> }
> = {
  api: { summary: '列表、登记、汇总：与裸 Fastify + pg 同轮对比', load: () => import('./api.ts') },
  day: {
    summary: '一个工作日：今日和任务看板的语句数与用时、200 人混合访问 60 秒、导出五万条、五十万条里搜索',
    load: () => import('./day.ts'),
  },
  import: { summary: '导入一万行、十万行杂乱台账', load: () => import('./import.ts') },
  notice: { summary: '解析两万、二十万、一百万字的通知', load: () => import('./notice.ts') },
}
