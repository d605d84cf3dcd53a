-- Kept files by the SHA-256 of their content; the bytes lie in the data folder.
create table file (
  id text primary key,
  -- media type by the first bytes, not by the name
  type text not null,
  size bigint not null,
  -- when and where a picture was taken, from its EXIF block or the device that sent it
  taken_at timestamptz,
  place jsonb,
  taken_by text check (taken_by in ('exif', 'device')),
  created_at timestamptz not null
);

-- Who brought a file, under which name: they may read it again.
create table file_upload (
  file_id text not null references file (id),
  actor_id uuid not null,
  name text not null,
  uploaded_at timestamptz not null,
  primary key (file_id, actor_id)
);

-- Records that name a file: whoever may read one of them may read the file.
create table file_ref (
  file_id text not null references file (id),
  register text not null,
  record_id uuid not null,
  primary key (file_id, register, record_id)
);
