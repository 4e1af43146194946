# A short front for Meson. `make demo` and `make test` install what is missing themselves.
PORT ?= 8080
NAME ?=
BUILD := build
ASAN := build/asan

.PHONY: all demo test test-fast test-long bench release format clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) yiwang

$(BUILD)/build.ninja:
	@tools/deps.sh build
	@meson setup $(BUILD) --buildtype=debugoptimized >/dev/null && echo "configured $(BUILD)"

$(ASAN)/build.ninja: $(BUILD)/build.ninja
	@tools/deps.sh test
	@meson setup $(ASAN) --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false >/dev/null && echo "configured $(ASAN)"

demo: all
	@python3 tools/demo.py --port $(PORT)

test-fast: $(BUILD)/build.ninja
	@tools/deps.sh test
	@python3 tools/run_tests.py fast

test: $(ASAN)/build.ninja
	@tools/deps.sh test
	@python3 tools/run_tests.py all

test-long: $(ASAN)/build.ninja
	@tools/deps.sh long
	@python3 tools/run_tests.py long

bench: all
	@tools/deps.sh bench
	@python3 bench/run.py $(NAME)

# An archive that builds without Node: the sources with the built faces.
release:
	@tools/web.py --build
	@git archive --prefix=yiwang/ -o $(BUILD)/yiwang.tar HEAD
	@tar --append -f $(BUILD)/yiwang.tar --transform 's,^,yiwang/,' web/dist
	@gzip -9 -f $(BUILD)/yiwang.tar && echo "$(BUILD)/yiwang.tar.gz"

format:
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

clean:
	@rm -rf $(BUILD)
