removed {
  from = pool.pretrain
}
