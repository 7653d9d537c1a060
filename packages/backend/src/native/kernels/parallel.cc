// Threads that sleep until there is work: a fixed partition, so that results repeat at a given number of threads.
#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "kernel.h"

namespace ft {
namespace {

// Scalar operations below which waking another thread costs more than it saves.
constexpr int64_t kWorthwhile = 200000;

class Pool {
 public:
  explicit Pool(int threads) : threads_(threads) {
    for (int i = 1; i < threads; i++) std::thread([this, i] { serve(i); }).detach();
  }

  int threads() const { return threads_; }

  void run(int64_t count, const std::function<void(int64_t, int64_t)>& body) {
    std::lock_guard<std::mutex> one(callers_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      body_ = &body;
      count_ = count;
      pending_ = threads_ - 1;
      generation_++;
    }
    start_.notify_all();
    part(0);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return pending_ == 0; });
  }

 private:
  void part(int i) {
    const int64_t first = count_ * i / threads_, end = count_ * (i + 1) / threads_;
    if (first < end) (*body_)(first, end);
  }

  void serve(int i) {
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      start_.wait(lock, [&] { return generation_ != seen; });
      seen = generation_;
      lock.unlock();
      part(i);
      lock.lock();
      if (--pending_ == 0) done_.notify_one();
    }
  }

  const int threads_;
  std::mutex callers_, mutex_;
  std::condition_variable start_, done_;
  const std::function<void(int64_t, int64_t)>* body_ = nullptr;
  int64_t count_ = 0;
  int pending_ = 0;
  uint64_t generation_ = 0;
};

Pool& pool() {
  // Never destroyed: its threads sleep until the process ends.
  static Pool* instance = [] {
    const char* threads = std::getenv("TF_NUM_INTRAOP_THREADS");
    return new Pool(std::max(1, threads ? std::atoi(threads) : 1));
  }();
  return *instance;
}

}  // namespace

void parallel(int64_t count, int64_t work, const std::function<void(int64_t, int64_t)>& body) {
  if (count < 2 || work < kWorthwhile || pool().threads() == 1) {
    if (count > 0) body(0, count);
    return;
  }
  pool().run(count, body);
}

}  // namespace ft
