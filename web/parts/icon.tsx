const paths = {
  today: 'M4 5h16v15H4zM4 9h16M8 3v4M16 3v4M9 14l2 2 4-4',
  hazard: 'M12 4 2.8 20h18.4zM12 10v5M12 17.5v.5',
  ledger: 'M5 3h14v18H5zM9 3v18M12 8h4M12 12h4',
  add: 'M12 5v14M5 12h14',
  more: 'M4 7h16M4 12h16M4 17h16',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  camera: 'M4 7h4l2-3h4l2 3h4v13H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  task: 'M5 4h14v16H5zM8 9h8M8 13h8M8 17h5',
  up: 'M6 14l6-6 6 6',
  down: 'M6 10l6 6 6-6',
}

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg
    viewBox="0 0 24 24"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
)
