import type { ThemeConfig } from 'antd'

/**
 * A ledger: paper, ink, hairlines. Colour is kept for risk (红橙黄蓝) and lateness and nothing else, so every
 * status colour of the component library is ink; danger is said in words and asked twice.
 */
export const ink = '#22262b'

export const theme: ThemeConfig = {
  // one version of the library is on the page: without the hash its selectors need no :where(), which Chromium 86 lacks
  hashed: false,
  token: {
    colorPrimary: ink,
    colorInfo: ink,
    colorSuccess: ink,
    colorWarning: ink,
    colorError: ink,
    colorLink: ink,
    colorLinkHover: '#000',
    colorText: ink,
    colorTextSecondary: '#5b6068',
    colorTextPlaceholder: '#666b72',
    colorBorder: '#c9c9c3',
    colorBorderSecondary: '#e2e2dc',
    colorBgLayout: '#f4f4f1',
    borderRadius: 3,
    fontSize: 14,
    controlHeight: 32,
    fontFamily:
      '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
    wireframe: false,
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Segmented: { itemSelectedBg: ink, itemSelectedColor: '#fff', trackBg: '#ecece7' },
    Drawer: { paddingLG: 20 },
  },
}

/** antd reads hues for its own reasons; ours come from here. Levels are shown with their word as well. */
export const riskColours: Record<string, string> = { 红: 'red', 橙: 'orange', 黄: 'yellow', 蓝: 'blue' }
